/** A run of each junction, to be drawn. */
import {
  balance,
  chain,
  fork,
  map,
  merge,
  mergeBoundedLateness,
  mergeReady,
  multicast,
  partition,
  roundRobin,
  tee,
  zip,
} from '../../lib/async.ts'
import { Recorder, type Item } from './recorder.ts'

export interface Run {
  /** The call, as one would write it. */
  readonly code: string
  /** One line that says what to see. */
  readonly caption: string
  start(recorder: Recorder): void
}

const key = ({ text }: Item): number => Number(text)

export const runs: Readonly<Record<string, Run>> = {
  chain: {
    code: 'chain([a, b, c])',
    caption: 'One input after the other: the next is opened when the one before has ended.',
    start(r) {
      const inputs = [r.source('a', '-1-2-|'), r.source('b', '-1|'), r.source('c', '-1-2-3|')]
      r.consume('output', chain(inputs))
    },
  },
  'round-robin': {
    code: 'roundRobin([a, b, c])',
    caption: 'One item of each input in turn. An input that has ended is left out from then on.',
    start(r) {
      const inputs = [r.source('a', '12-3-|'), r.source('b', '-1-2-3-4|'), r.source('c', '--1-|')]
      r.consume('output', roundRobin(inputs))
    },
  },
  zip: {
    code: 'zip([a, b])',
    caption: 'Tuples by position: each waits until every input has given its item.',
    start(r) {
      const inputs = [r.source('a', '12--3--4-|'), r.source('b', '--1-2--34|')]
      r.consume('output', zip(inputs))
    },
  },
  merge: {
    code: 'merge([a, b, c], { key })',
    caption: 'Sorted inputs become one sorted output. Equal keys keep the order of their inputs.',
    start(r) {
      const inputs = [r.source('a', '1-4--7-|'), r.source('b', '2-4---8|'), r.source('c', '-35---6-|')]
      r.consume('output', merge(inputs, { key }))
    },
  },
  'merge-ready': {
    code: 'mergeReady([a, b, c])',
    caption: 'Items as they arrive. If several are ready, the inputs take turns.',
    start(r) {
      const inputs = [r.source('a', '1--23----4-|'), r.source('b', '----12-|'), r.source('c', '-1------2|')]
      r.consume('output', mergeReady(inputs))
    },
  },
  'merge-bounded-lateness': {
    code: 'mergeBoundedLateness([a, b], { time, lateness: 1 })',
    caption: 'Inputs that are nearly sorted: an item waits while an earlier one may come.',
    start(r) {
      const inputs = [r.source('a', '1-2-4-3--5-|'), r.source('b', '-1-3-2-4-6|')]
      r.consume('output', mergeBoundedLateness(inputs, { time: key, lateness: 1 }))
    },
  },
  multicast: {
    code: 'multicast(source, 2, { maxlen: 2 })',
    caption: 'Every item to every branch. The fast branch waits when it is two items ahead.',
    start(r) {
      const [fast, slow] = multicast(r.source('source', '12345|'), 2, { maxlen: 2 })
      r.consume('fast', fast)
      r.consume('slow', slow, { busy: 3 })
    },
  },
  tee: {
    code: 'tee(source)',
    caption: 'Every item to every branch. The fast branch never waits for the slow one.',
    start(r) {
      const [fast, slow] = tee(r.source('source', '12345|'))
      r.consume('fast', fast)
      r.consume('slow', slow, { busy: 3 })
    },
  },
  partition: {
    code: 'partition(source, 2, (n) => n % 2)',
    caption: 'Each item to the branch that the function chooses. The branches keep the order.',
    start(r) {
      const [even, odd] = partition(
        r.source('source', '-124-35768-|'),
        2,
        ({ text }: Item) => Number(text) % 2,
      )
      r.consume('even', even, { lane: 0 })
      r.consume('odd', odd, { lane: 1, busy: 2 })
    },
  },
  balance: {
    code: 'balance(source, 3)',
    caption: 'Each item to one branch that asks for an item, so that slow workers get fewer.',
    start(r) {
      for (const [lane, worker] of balance(r.source('source', '12345678|'), 3).entries())
        r.consume(`worker ${lane}`, worker, { lane, busy: [2, 3, 4][lane] as number })
    },
  },
  fork: {
    code: 'fork([double, square])',
    caption: 'Every item to every stage, and their outputs side by side. No stage runs ahead.',
    start(r) {
      const double = map(r.step('double', 1, 1, (n) => String(Number(n) * 2)))
      const square = map(r.step('square', 2, 2, (n) => String(Number(n) ** 2)))
      r.consume('output', fork([double, square])(r.source('source', '1--2-3---4-|')))
    },
  },
}

/** Starts what is to be recorded, and lets time pass until it has ended. */
export async function record(start: Run['start']): Promise<Recorder> {
  const recorder = new Recorder()
  start(recorder)
  await recorder.run()
  return recorder
}
