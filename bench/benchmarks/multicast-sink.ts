import { multicastSink } from 'fanpipe'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { faster, scaled, within, type Benchmark, type Outcome } from '../benchmark.ts'
import { combine, range, readableOf, sinkOf, Tally } from '../instruments.ts'

const N = 2
const UNITS = scaled(1e6)
const items = range(UNITS)

async function drainSinks(start: (sinks: Writable[]) => void): Promise<Outcome> {
  const tallies = range(N).map(() => new Tally())
  const sinks = tallies.map((tally) => sinkOf((item: number) => tally.add(item)))
  start(sinks)
  await Promise.all(sinks.map((sink) => finished(sink)))
  return combine(tallies)
}

export const benchmark: Benchmark = {
  kind: 'race',
  title: `one object Readable into ${N} Writables`,
  unit: 'item',
  units: UNITS,
  ways: {
    fanpipe: () => drainSinks((sinks) => void readableOf(items).pipe(multicastSink(sinks))),
    pipe: () =>
      drainSinks((sinks) => {
        const source = readableOf(items)
        for (const sink of sinks) source.pipe(sink)
      }),
    floor: () =>
      drainSinks((sinks) => {
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
    'pipe does not forward errors, neither from the source to the Writables nor from one Writable to the others.',
    'The floor writes to every Writable and ignores backpressure.',
  ],
}
