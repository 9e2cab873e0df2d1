import { inspect } from 'node:util'
import { explain, outputError } from './failure.ts'
import { FAILED, INTERRUPTED, OK, USAGE, type Io } from './io.ts'
import { UsageError } from './usage.ts'

export async function print(text: string, { stdout }: Io): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    stdout.write(`${text}\n`, (error) => (error ? reject(outputError(error)) : resolve()))
  })
  return OK
}

/** Prints a message on standard error. */
export function say(message: string, { stderr }: Io): void {
  stderr.write(`fanpipe: ${oneLine(message)}\n`)
}

/** A text with its line ends and other control characters escaped: names and commands may have them. */
export const oneLine = (text: string): string =>
  text.replace(/\p{Cc}/gu, (character) => inspect(character).slice(1, -1))

/** Prints an error in one line, with the program whose help explains how to use it; returns the exit code. */
export function report(error: unknown, program: string, io: Io): number {
  if (io.signal.aborted) return INTERRUPTED
  // Nobody reads on, as with `| head`.
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') return OK
  say(explain(error), io)
  if (!(error instanceof UsageError)) return FAILED
  io.stderr.write(`${program} --help tells how it is used\n`)
  return USAGE
}
