/** Every junction of the streams API over a given number of items, which are generated on the fly, so nothing else retains them. */
import { chain, fork, map, merge, mergeBoundedLateness, multicast, roundRobin, tee } from 'fanpipe'
import { consume } from './instruments.ts'

/** An object rather than a number, so that retained items show up on the heap. */
interface Item {
  readonly n: number
}

export function* sequence(step: number, from: number, end: number): Generator<Item> {
  for (let n = from; n < end; n += step) yield { n }
}
const all = (size: number): Generator<Item> => sequence(1, 0, size)
const halves = (size: number): Generator<Item>[] => [sequence(2, 0, size), sequence(2, 1, size)]
const key = ({ n }: Item): number => n

export type Junction = (size: number, onItem: () => void) => Promise<unknown>

export const junctions: Readonly<Record<string, Junction>> = {
  chain: (size, onItem) => consume(onItem, chain(halves(size))),
  roundRobin: (size, onItem) => consume(onItem, roundRobin(halves(size))),
  merge: (size, onItem) => consume(onItem, merge(halves(size), { key })),
  mergeBoundedLateness: (size, onItem) =>
    consume(onItem, mergeBoundedLateness(halves(size), { time: key, lateness: 100 })),
  fork: (size, onItem) => consume(onItem, fork([map(key), map(key)])(chain([all(size)]))),
  multicast: (size, onItem) => Promise.all(multicast(all(size), 2).map((branch) => consume(onItem, branch))),
  'tee, in step': (size, onItem) => Promise.all(tee(all(size)).map((branch) => consume(onItem, branch))),
}
