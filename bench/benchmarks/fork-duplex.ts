import { duplex, fork, map } from 'fanpipe'
import { Transform, type Duplex, type Readable } from 'node:stream'
import { faster, type Benchmark, type Outcome } from '../benchmark.ts'
import { consume, ITEMS, range, readableOf, Tally } from '../instruments.ts'
import { zip } from '../peers/zip.ts'

const items = range(ITEMS)
const double = (n: number): number => n * 2
const negate = (n: number): number => -n

async function drainPairs(source: Readable, ...stages: readonly Duplex[]): Promise<Outcome> {
  const tally = new Tally()
  const addPair = ([left, right]: readonly [number, number]): void => {
    tally.add(left)
    tally.add(right)
  }
  await consume(addPair, source, ...stages)
  return tally
}

const pipeThroughMap = (source: Readable, fn: (n: number) => number): Readable =>
  source.pipe(
    new Transform({
      objectMode: true,
      transform: (n: number, _, done) => done(null, fn(n)),
    }),
  )

function pairByZip(source: Readable): Readable {
  return zip(pipeThroughMap(source, double), pipeThroughMap(source, negate))
}

export const benchmark: Benchmark = {
  kind: 'race',
  title: 'fork of one object Readable into 2 stages, paired outputs into a Writable',
  unit: 'item',
  units: ITEMS,
  ways: {
    fanpipe: () => drainPairs(readableOf(items), duplex(fork([map(double), map(negate)]))),
    'two Transforms and a zip': () => drainPairs(pairByZip(readableOf(items))),
  },
  targets: [faster(1.3, 'two Transforms and a zip')],
  notes: [
    'The hand-written zip is not a Duplex, does not forward errors of the source, and mismatches pairs if a stage drops an item.',
  ],
}
