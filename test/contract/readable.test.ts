import { pipeline, Writable, type Readable } from 'node:stream'
import t from 'tap'
import {
  balance,
  chain,
  compose,
  duplex,
  filter,
  fork,
  map,
  merge,
  multicast,
  multicastSink,
  roundRobin,
  tap,
  tee,
} from '../../lib/index.ts'
import { paces, readableContract, type Subject } from '../instruments/stream-contract.ts'

const range = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.ceil((to - from) / step) }, (_, i) => from + i * step)

const all = range(0, 100, 1)
const [evens, odds] = [range(0, 100, 2), range(1, 100, 2)]
const words = range(0, 40, 1).map((n) => `word ${n}\n`)

const nothing = (): void => undefined
const ours = { objectMode: true, takesSignal: true, piped: false } as const
const bytes = { ...ours, objectMode: false, expected: words.join('') } as const

const subjects: readonly Subject[] = [
  {
    name: 'chain',
    ...ours,
    inputs: [evens, odds],
    expected: [...evens, ...odds],
    build: (inputs, options) => [chain(inputs, options)],
  },
  {
    name: 'roundRobin',
    ...ours,
    inputs: [evens, odds],
    expected: all,
    build: (inputs, options) => [roundRobin(inputs, options)],
  },
  {
    name: 'merge',
    ...ours,
    inputs: [odds, evens],
    expected: all,
    build: (inputs, options) => [merge(inputs, options)],
  },
  {
    name: 'merge of chains',
    ...ours,
    inputs: [odds, range(0, 50, 2), range(50, 100, 2)],
    expected: all,
    build: ([a, b, c], options) => [merge([a as Readable, chain([b as Readable, c as Readable])], options)],
  },
  {
    name: 'multicast',
    ...ours,
    inputs: [all],
    expected: all,
    build: ([input], options) => multicast(input as Readable, 3, { ...options, maxlen: 4 }),
  },
  {
    name: 'balance',
    ...ours,
    inputs: [all],
    expected: all,
    build: ([input], options) => balance(input as Readable, 1, options),
  },
  {
    name: 'tee',
    ...ours,
    inputs: [all],
    expected: all,
    build: ([input], options) => tee(input as Readable, 2, options),
  },
  {
    name: 'a stage given a Readable',
    ...ours,
    inputs: [all],
    expected: evens.map((n) => n + 1),
    build: ([input], options) => [
      compose(
        filter((n: number) => n % 2 === 0),
        map((n: number) => n + 1),
      )(input as Readable, options),
    ],
  },
  {
    name: 'fork',
    ...ours,
    inputs: [all],
    expected: all.map((n) => [n, 2 * n]),
    build: ([input], options) => [
      fork([map((n: number) => n), map((n: number) => 2 * n)])(input as Readable, options),
    ],
  },
  {
    name: 'duplex',
    ...ours,
    takesSignal: false,
    piped: true,
    inputs: [all],
    expected: all.map((n) => n * 10),
    build: ([input]) => [pipeline(input as Readable, duplex(map((n: number) => n * 10)), nothing)],
  },
  {
    name: 'multicastSink',
    ...ours,
    piped: true,
    inputs: [all],
    expected: all,
    build: ([input], options) =>
      pipeline(input as Readable, multicastSink(2, { ...options, maxlen: 4 }), nothing).branches,
  },
  {
    name: 'tap',
    ...ours,
    inputs: [all],
    expected: all,
    build: ([input], options) => [
      tap<number>(new Writable({ objectMode: true, write: (_, __, done) => done() }).on('error', nothing))(
        input as never,
        options,
      ),
    ],
  },
  {
    name: 'chain of bytes',
    ...bytes,
    inputs: [words.slice(0, 20), words.slice(20)],
    build: (inputs, options) => [chain(inputs, options)],
  },
  {
    name: 'multicast of bytes',
    ...bytes,
    inputs: [words],
    build: ([input], options) => multicast(input as Readable, 2, { ...options, maxlen: 20 }),
  },
  {
    name: 'balance of bytes',
    ...bytes,
    inputs: [words],
    build: ([input], options) => balance(input as Readable, 1, options),
  },
  {
    name: 'tee of bytes',
    ...bytes,
    inputs: [words],
    build: ([input], options) => tee(input as Readable, 2, options),
  },
  {
    name: 'multicastSink of bytes',
    ...bytes,
    piped: true,
    inputs: [words],
    build: ([input], options) =>
      pipeline(
        input as Readable,
        multicastSink(2, { ...options, objectMode: false, maxlen: 20, highWaterMark: 16 }),
        nothing,
      ).branches,
  },
]

for (const subject of subjects) {
  t.test(`contract: ${subject.name}`, async (t) => {
    for (const [sentence, clause] of Object.entries(readableContract)) {
      for (const pace of paces) await t.resolves(clause(subject, pace), `${sentence} (${pace.name})`)
    }
  })
}
