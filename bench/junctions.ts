/** Every junction of the streams face, over as many items as one likes, none of which are kept by anybody else. */
import { chain, fork, map, merge, mergeBoundedLateness, multicast, roundRobin, tee } from 'fanpipe'
import { pour } from './instruments.ts'

/** Objects, so that whoever keeps them is seen to. */
interface Item {
  readonly n: number
}

export function* every(step: number, from: number, end: number): Generator<Item> {
  for (let n = from; n < end; n += step) yield { n }
}
const all = (size: number): Generator<Item> => every(1, 0, size)
const halves = (size: number): Generator<Item>[] => [every(2, 0, size), every(2, 1, size)]
const key = ({ n }: Item): number => n

export type Junction = (size: number, see: () => void) => Promise<unknown>

export const junctions: Readonly<Record<string, Junction>> = {
  chain: (size, see) => pour(see, chain(halves(size))),
  roundRobin: (size, see) => pour(see, roundRobin(halves(size))),
  merge: (size, see) => pour(see, merge(halves(size), { key })),
  mergeBoundedLateness: (size, see) =>
    pour(see, mergeBoundedLateness(halves(size), { time: key, lateness: 100 })),
  fork: (size, see) => pour(see, fork([map(key), map(key)])(chain([all(size)]))),
  multicast: (size, see) => Promise.all(multicast(all(size), 2).map((branch) => pour(see, branch))),
  'tee, in step': (size, see) => Promise.all(tee(all(size)).map((branch) => pour(see, branch))),
}
