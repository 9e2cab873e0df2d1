import { explain, outputError } from './failure.ts'
import { FAILED, INTERRUPTED, OK, USAGE, type Io } from './io.ts'
import { UsageError } from './usage.ts'

export async function print(text: string, { stdout }: Io): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    stdout.write(`${text}\n`, (error) => (error ? reject(outputError(error)) : resolve()))
  })
  return OK
}

/** Prints an error in one line, with the program whose help explains how to use it; returns the exit code. */
export function report(error: unknown, program: string, { stderr, signal }: Io): number {
  if (signal.aborted) return INTERRUPTED
  // Nobody reads on, as with `| head`.
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') return OK
  stderr.write(`fanpipe: ${explain(error)}\n`)
  if (!(error instanceof UsageError)) return FAILED
  stderr.write(`${program} --help tells how it is used\n`)
  return USAGE
}
