import { multicastSink } from 'fanpipe'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { naturals, readableOf, sinkOf, Tally, together } from '../instruments.ts'
import { faster, scaled, within, type Question, type Seen } from '../question.ts'

const N = 2
const UNITS = scaled(1e6)
const items = naturals(UNITS)

async function written(begin: (sinks: Writable[]) => void): Promise<Seen> {
  const tallies = naturals(N).map(() => new Tally())
  const sinks = tallies.map((tally) => sinkOf((item: number) => tally.add(item)))
  begin(sinks)
  await Promise.all(sinks.map((sink) => finished(sink)))
  return together(tallies)
}

export const question: Question = {
  kind: 'race',
  title: `one object Readable into ${N} Writables`,
  unit: 'item',
  units: UNITS,
  ways: {
    fanpipe: () => written((sinks) => void readableOf(items).pipe(multicastSink(sinks))),
    pipe: () =>
      written((sinks) => {
        const source = readableOf(items)
        for (const sink of sinks) source.pipe(sink)
      }),
    floor: () =>
      written((sinks) => {
        const source = readableOf(items)
        source.on('data', (item) => {
          for (const sink of sinks) sink.write(item)
        })
        source.on('end', () => {
          for (const sink of sinks) sink.end()
        })
      }),
  },
  targets: [faster(1.2, 'pipe'), within(1.2, 'floor')],
  notes: [
    "pipe passes neither a source's error on to the Writables, nor one's to the others.",
    'The floor writes to every Writable whether it can take more or not.',
  ],
}
