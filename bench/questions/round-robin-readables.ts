import { roundRobin } from 'fanpipe'
import type { Readable } from 'node:stream'
import { merge } from 'streaming-iterables'
import { dealt, drain, ITEMS, naturals, readableOf } from '../instruments.ts'
import { faster, type Question } from '../question.ts'

const inputs = dealt(8)
const rotated = naturals(ITEMS)

/** What one writes by hand. */
async function* byTurns(streams: readonly Readable[]): AsyncGenerator<unknown> {
  const sources = new Set(streams.map((stream) => stream[Symbol.asyncIterator]()))
  while (sources.size > 0) {
    for (const source of sources) {
      const { done, value } = await source.next()
      if (done === true) sources.delete(source)
      else yield value
    }
  }
}

export const question: Question = {
  kind: 'race',
  title: 'round robin of 8 object Readables into a Writable',
  unit: 'item',
  units: ITEMS,
  ways: {
    fanpipe: () => drain(roundRobin(inputs.map(readableOf))),
    'streaming-iterables': () => drain(merge(...inputs.map(readableOf))),
    'async generator': () => drain(byTurns(inputs.map(readableOf))),
    floor: () => drain(readableOf(rotated)),
  },
  targets: [faster(3.5, 'streaming-iterables', 'async generator')],
  notes: [
    "streaming-iterables' merge takes one item of each in turn, as its documentation says.",
    'No package takes turns over Readables themselves; merge2 and the like give whatever comes first.',
    "Left out: iter-tools' asyncRoundRobin, which takes many times as long as these.",
  ],
}
