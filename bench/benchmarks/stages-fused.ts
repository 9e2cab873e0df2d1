import { compose, filter, map } from 'fanpipe'
import { Transform, type Duplex, type Readable } from 'node:stream'
import chain, { none } from 'stream-chain'
import { scaled, type Benchmark } from '../benchmark.ts'
import { drain, range, readableOf } from '../instruments.ts'

type Step = { readonly map: (n: number) => number } | { readonly filter: (n: number) => boolean }

const STEPS: readonly Step[] = [
  { map: (n) => n + 1 },
  { filter: (n) => n % 10 !== 0 },
  { map: (n) => n * 3 },
  { filter: (n) => n % 7 !== 0 },
  { map: (n) => n ^ 5 },
  { filter: (n) => n % 11 !== 0 },
  { map: (n) => n - 1 },
  { filter: (n) => n % 13 !== 0 },
]

const transform = (step: Step): Transform =>
  new Transform({
    objectMode: true,
    transform(n: number, _, done) {
      if ('map' in step) done(null, step.map(n))
      else if (step.filter(n)) done(null, n)
      else done()
    },
  })

const toStreamChain = (steps: readonly Step[]): Duplex =>
  chain(steps.map((step) => ('map' in step ? step.map : (n: number) => (step.filter(n) ? n : none))))

const applyOperators = (source: Readable, steps: readonly Step[]): Readable =>
  steps.reduce((stream, step) => ('map' in step ? stream.map(step.map) : stream.filter(step.filter)), source)

export function stages(k: number): Benchmark {
  const steps = STEPS.slice(0, k)
  const units = scaled(5e5)
  const items = range(units)
  const composed = () =>
    compose(...steps.map((step) => ('map' in step ? map(step.map) : filter(step.filter))))
  return {
    kind: 'race',
    title: `${k === 1 ? 'one stage' : `${k} stages`} between an object Readable and a Writable`,
    unit: 'item',
    units,
    ways: {
      fanpipe: () => drain(readableOf(items), composed()),
      'a Transform each': () => drain(readableOf(items), ...steps.map(transform)),
      'stream-chain': () => drain(readableOf(items), toStreamChain(steps)),
      'Readable.map and .filter': () => drain(applyOperators(readableOf(items), steps)),
    },
    targets: [],
    notes: [
      'stream-chain gets a list of functions, which it runs in a single stream. Readable.map and .filter are experimental.',
    ],
  }
}

export const benchmark = stages(STEPS.length)
