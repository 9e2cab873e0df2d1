/** Generic functions written by the user. */
import * as f from 'fanpipe'
import * as a from 'fanpipe/async'
import { holds, type Same } from '../same.js'

const inTurn = <T>(inputs: readonly AsyncIterable<T>[]): AsyncIterable<T> => a.roundRobin(inputs)
for await (const n of inTurn([a.chain([[1]])])) holds<Same<typeof n, number>>()
const firstOf = <T>(inputs: Iterable<f.Source<T>>, test: (item: T) => boolean): AsyncIterable<T> =>
  f.compose(
    f.fromSource(() => f.chain(inputs)),
    f.filter(test),
    f.fence(1),
  )()
for await (const n of firstOf([[1], [2]], (n) => n > 1)) holds<Same<typeof n, number>>()
const twice = <T>(items: T[][]) => f.chain([f.chain(items), f.chain(items)])
for await (const n of twice([[1]])) holds<Same<typeof n, number>>()
