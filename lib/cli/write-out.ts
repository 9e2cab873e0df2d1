import { finished, pipeline } from 'node:stream/promises'
import { fileSink, pipe } from '../index.ts'
import { outputError } from './failure.ts'
import type { Io } from './io.ts'
import { counting, startProgress } from './progress.ts'
import { UsageError, type Parsed } from './usage.ts'

/** The bytes of text that has a character for each byte. */
export const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1')

export const utf8Of = (text: string): Buffer => Buffer.from(text)

/** The file to write to; undefined for standard output. */
export function outputOf(parsed: Parsed): string | undefined {
  const output = parsed.get('output')
  if (output === '-')
    throw new UsageError('--output -: leave it out for standard output, or give ./- for a file of this name')
  return output
}

/** Writes to standard output, or to a file that is complete or not there; gzipped if its name says so. */
export async function writeOut(
  bytes: AsyncIterable<Buffer>,
  output: string | undefined,
  io: Io,
  more?: () => string,
): Promise<void> {
  const { signal, stdout } = io
  const progress = await startProgress(io, output !== undefined || stdout.isTTY !== true, more)
  const counted = pipe(bytes, counting(progress))
  const file = output === undefined ? undefined : fileSink(output, { gzip: output.endsWith('.gz') })
  try {
    if (file === undefined) await pipeline(counted, stdout, { signal, end: false })
    else await pipeline(counted, file, { signal })
  } catch (error) {
    // Only then is its temporary file removed.
    if (file !== undefined) await finished(file).catch(() => undefined)
    throw outputError(error)
  } finally {
    progress.stop()
  }
}
