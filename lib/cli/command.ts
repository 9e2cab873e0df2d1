import type { Io } from './io.ts'
import type { CommandSpec, Parsed } from './usage.ts'

export interface Command {
  readonly spec: CommandSpec
  /** Returns the exit code. */
  run(parsed: Parsed, io: Io): Promise<number>
}
