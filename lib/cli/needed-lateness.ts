import { STDIN } from './files.ts'
import type { Input } from './input.ts'
import { allLinesOf } from './inputs.ts'
import type { Io } from './io.ts'
import { beginsRecord } from './line.ts'

/**
 * How far the lines of any input are out of order, in milliseconds: all of them are read, so that the first error tells what
 * `--late` has to be. Undefined if an input cannot be read again.
 */
export async function neededLateness(inputs: readonly Input[], io: Io): Promise<number | undefined> {
  if (!inputs.every(({ file, stats }) => file !== STDIN && stats?.isFile())) return undefined
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
