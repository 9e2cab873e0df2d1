import type { Io } from './io.ts'
import { print, report } from './report.ts'
import { helpOf, parse, type CommandSpec, type Parsed } from './usage.ts'

/** Runs a command with its arguments; returns the exit code. */
export type Command = (args: readonly string[], io: Io) => Promise<number>

/** A command that prints its help or its error, or else does what `run` does. */
export function command(spec: CommandSpec, run: (parsed: Parsed, io: Io) => Promise<number>): Command {
  const [name] = spec.usage.split(' ', 1)
  return async (args, io) => {
    try {
      if (args.includes('--help') || args.includes('-h')) return await print(helpOf(spec), io)
      return await run(parse(spec, args), io)
    } catch (error) {
      return report(error, `fanpipe ${name}`, io)
    }
  }
}
