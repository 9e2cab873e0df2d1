import type { Command } from './command.ts'
import { explain } from './failure.ts'
import { FAILED, INTERRUPTED, OK, USAGE, type Io } from './io.ts'
import { helpOf, parse, UsageError } from './usage.ts'
import { version } from './version.ts'

/** Loaded when it is run, so that the start does not wait for the others. */
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
Exit codes: 0 success, 1 a problem with a file or its data, 2 a usage error, 130 interrupted.`

/** Runs a command line; returns the exit code. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = args
  try {
    if (name === '--help' || name === '-h') return print(HELP, io)
    if (name === '--version') return print(version(), io)
    if (name === undefined) throw new UsageError('no command given')
    const found = Object.hasOwn(commands, name) ? commands[name] : undefined
    if (found === undefined)
      throw new UsageError(`no command ${name}; the commands are ${Object.keys(commands).join(', ')}`)
    const { spec, run } = await found.load()
    if (rest.includes('--help') || rest.includes('-h')) return print(helpOf(spec), io)
    return await run(parse(spec, rest), io)
  } catch (error) {
    return report(error, name, io)
  }
}

function print(text: string, { stdout }: Io): number {
  stdout.write(`${text}\n`)
  return OK
}

function report(error: unknown, name: string | undefined, { stderr, signal }: Io): number {
  if (signal.aborted) return INTERRUPTED
  // Nobody reads on, as with `| head`.
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') return OK
  stderr.write(`fanpipe: ${explain(error)}\n`)
  if (!(error instanceof UsageError)) return FAILED
  const known = name !== undefined && Object.hasOwn(commands, name)
  stderr.write(`${known ? `fanpipe ${name}` : 'fanpipe'} --help tells how it is used\n`)
  return USAGE
}
