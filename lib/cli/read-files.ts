import { createReadStream, statSync, type Stats } from 'node:fs'
import { chain, flushable, lineSource, map, none, pipe, stage } from '../index.ts'
import { followed } from '../sources/follow.ts'
import type { TextSource } from '../sources/text.ts'
import { DataError } from './failure.ts'
import { bytewise, isSameFile, STDIN, type Found } from './files.ts'
import type { Io } from './io.ts'
import { until } from './until.ts'

/** The longest line or row, in characters and bytes. */
export const LONGEST = 2 ** 24

const LINES = { keepCr: true, maxLineLength: LONGEST } as const
const BINARY = { ...LINES, encoding: 'binary' } as const

/** The lines of a file with a character for each byte of UTF-8, or of the file if it has no encoding. */
export function byteLines(found: Found, { stdin }: Io, encoding?: string): AsyncIterable<string> {
  if (encoding !== undefined)
    return pipe(lineSource(contentOf(found, stdin), { ...LINES, encoding, invalid: 'fail' }), map(bytewise))
  if (found.file === STDIN) return lineSource(stdin, BINARY)
  const lines = lineSource(found.file, BINARY)
  return isRegular(found) ? pipe(lines, untruncated(found)) : lines
}

/** The lines of a file that grows, up to the signal, which also ends the last line. */
export function followedByteLines(file: string, signal: AbortSignal): AsyncIterable<string> {
  const files = function* () {
    for (const open of followed(file, { follow: { from: 'beginning' } }, true)) {
      if (signal.aborted) return
      yield () => lineSource(until(signal, open()), BINARY)
    }
  }
  return chain(files())
}

/** The bytes of a file. They end with an error if the file has been truncated. */
export function contentOf(found: Found, stdin: Io['stdin']): TextSource {
  const { file } = found
  if (file === STDIN) return stdin
  return async function* () {
    yield* createReadStream(file) as AsyncIterable<Buffer>
    checkSize(found)
  }
}

/** Fails if a file has been truncated since it was looked at: the end of what was read may be missing. */
export function checkSize(found: Found): void {
  const { file, stats } = found
  const now = isRegular(found) ? statSync(file, { throwIfNoEntry: false }) : undefined
  if (now !== undefined && isSameFile(now, stats as Stats) && now.size < (stats as Stats).size)
    throw new DataError(`${file}: was truncated while it was read: copy it first`)
}

/** A stage that holds back the last line until it is known that the file was not truncated, since only a part of it may be left. */
const untruncated = (found: Found) =>
  stage<string, string>(() => {
    let held: string | typeof none = none
    const step = (line: string): unknown => {
      const before = held
      held = line
      return before
    }
    return flushable(step, (): unknown => {
      checkSize(found)
      return held
    })
  })

const isRegular = ({ file, stats }: Found): boolean => file !== STDIN && stats?.isFile() === true
