import { isRegular } from './files.ts'
import type { Input } from './input.ts'
import { allLinesOf } from './inputs.ts'
import type { Io } from './io.ts'
import { beginsRecord } from './line.ts'

/**
 * The lateness that is enough for all inputs, in milliseconds. Reads all of them again, so that the first error can name it.
 * Undefined if an input cannot be read again.
 */
export async function neededLateness(inputs: readonly Input[], io: Io): Promise<number | undefined> {
  if (!inputs.every(isRegular)) return undefined
  let needed = 0
  let current: Input | undefined
  let newest = -Infinity
  for await (const line of allLinesOf(inputs, io)) {
    if (!beginsRecord(line)) continue
    if (line.input !== current) newest = -Infinity
    current = line.input
    const time = line.key as number
    needed = Math.max(needed, newest - time)
    newest = Math.max(newest, time)
  }
  return needed
}
