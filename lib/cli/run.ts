import type { Command } from './command.ts'
import type { Io } from './io.ts'
import { print, report } from './report.ts'
import { UsageError } from './usage.ts'
import { version } from './version.ts'

/** Each is a bundle of its own, loaded when it is run, so that the start does not wait for the others. */
const commands: Readonly<Record<string, { readonly does: string; load(): Promise<Command> }>> = {
  merge: {
    does: 'merges logs by time',
    load: async () => (await import('./merge.ts')).merge,
  },
  cat: {
    does: 'joins files, tables or NDJSON',
    load: async () => (await import('./cat.ts')).cat,
  },
  tee: {
    does: 'copies its input to commands',
    load: async () => (await import('./tee.ts')).tee,
  },
  split: {
    does: 'writes a file for each value of a column or field',
    load: async () => (await import('./split.ts')).split,
  },
  each: {
    does: 'runs a command for each line, several at once',
    load: async () => (await import('./each.ts')).each,
  },
}

const HELP = `Usage: fanpipe COMMAND [OPTION]… [FILE]…

Merges and splits files and streams.

Commands:
${Object.entries(commands)
  .map(([name, { does }]) => `  ${name.padEnd(6)} ${does}`)
  .join('\n')}

fanpipe COMMAND --help explains a command; fanpipe --version prints the version.
Exit codes: 0 success, 1 a problem with a file, its data or a command, 2 a usage error; after a signal, 128 plus
its number, such as 130 after Ctrl-C.`

/** Runs a command line; returns the exit code. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = args
  const text = name === '--help' || name === '-h' ? HELP : name === '--version' ? version() : undefined
  if (text !== undefined) return print(text, io).catch((error: unknown) => report(error, 'fanpipe', io))
  const found = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined
  if (found !== undefined) return (await found.load())(rest, io)
  const known = `the commands are ${Object.keys(commands).join(', ')}`
  const message = name === undefined ? 'no command given' : `no command ${name}; ${known}`
  return report(new UsageError(message), 'fanpipe', io)
}
