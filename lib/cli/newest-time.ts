import type { Input } from './input.ts'
import { allLinesOf } from './inputs.ts'
import type { Io } from './io.ts'

/** The newest time of all inputs, in milliseconds since 1970. */
export async function newestTime(inputs: readonly Input[], io: Io): Promise<number> {
  let newest = -Infinity
  for await (const { key } of allLinesOf(inputs, io))
    if (typeof key === 'number' && key > newest) newest = key
  return newest
}
