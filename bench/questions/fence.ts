import { fence } from 'fanpipe'
import { Readable, type Duplex } from 'node:stream'
import chain, { stop } from 'stream-chain'
import take from 'stream-chain/utils/take.js'
import { drain, ITEMS } from '../instruments.ts'
import type { Question } from '../question.ts'

function endless(): Readable {
  let n = 0
  return new Readable({
    objectMode: true,
    read() {
      while (this.push(n++));
    },
  })
}

/** Its `stop` ends what is read and goes on with what is written: an endless source is closed by hand. */
function taken(source: Readable): Readable {
  const output: Duplex = chain([take(ITEMS, stop)])
  output.once('end', () => source.destroy())
  return source.pipe(output)
}

/** What one writes by hand. */
async function* first(source: Readable): AsyncGenerator<unknown> {
  let left = ITEMS
  for await (const item of source) {
    yield item
    if (--left === 0) return
  }
}

export const question: Question = {
  kind: 'race',
  title: 'the first items of an endless object Readable into a Writable',
  unit: 'item',
  units: ITEMS,
  ways: {
    fanpipe: () => drain(endless(), fence(ITEMS)),
    'Readable.take': () => drain(endless().take(ITEMS)),
    'stream-chain': () => drain(taken(endless())),
    'async generator': () => drain(first(endless())),
  },
  targets: [],
  notes: [
    'Readable.take is experimental.',
    "stream-chain's stop does not end what is written to it: the source is destroyed by hand.",
  ],
}
