import { duplex, fork, map } from 'fanpipe'
import { Transform, type Duplex, type Readable } from 'node:stream'
import { ITEMS, naturals, pour, readableOf, Tally } from '../instruments.ts'
import { faster, type Question, type Seen } from '../question.ts'
import { zip } from '../rivals/zip.ts'

const items = naturals(ITEMS)
const double = (n: number): number => n * 2
const negate = (n: number): number => -n

async function drainPairs(source: Readable, ...stages: readonly Duplex[]): Promise<Seen> {
  const tally = new Tally()
  const see = ([left, right]: readonly [number, number]): void => {
    tally.add(left)
    tally.add(right)
  }
  await pour(see, source, ...stages)
  return tally
}

const mapped = (source: Readable, fn: (n: number) => number): Readable =>
  source.pipe(
    new Transform({
      objectMode: true,
      transform: (n: number, _, done) => done(null, fn(n)),
    }),
  )

function zipped(source: Readable): Readable {
  return zip(mapped(source, double), mapped(source, negate))
}

export const question: Question = {
  kind: 'race',
  title: 'fork of one object Readable to 2 stages, their outputs as pairs into a Writable',
  unit: 'item',
  units: ITEMS,
  ways: {
    fanpipe: () => drainPairs(readableOf(items), duplex(fork([map(double), map(negate)]))),
    'two Transforms and a zip': () => drainPairs(zipped(readableOf(items))),
  },
  targets: [faster(1.3, 'two Transforms and a zip')],
  notes: [
    "The zip by hand is no Duplex, does not pass the source's error on, and pairs wrongly where a stage drops an item.",
  ],
}
