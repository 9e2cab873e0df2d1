import { createReadStream, statSync, type Stats } from 'node:fs'
import { flushable, lineSource, map, none, pipe, stage } from '../index.ts'
import { markedEncoding } from '../sources/byte-order-mark.ts'
import type { TextSource } from '../sources/text.ts'
import { DataError } from './failure.ts'
import { bytewise, isRegular, isSameFile, nameOf, STDIN, type Found } from './files.ts'
import type { Io } from './io.ts'
import { until } from './until.ts'

/** The longest line or row, in characters and bytes. */
export const LONGEST = 2 ** 24

const LINES = { keepCr: true, maxLineLength: LONGEST } as const
const BINARY = { ...LINES, encoding: 'binary' } as const

/** The lines of a file with a character for each byte of UTF-8, or of the file if it has no encoding. */
export function byteLines(found: Found, { stdin }: Io, encoding?: string): AsyncIterable<string> {
  if (encoding !== undefined)
    return pipe(lineSource(bytesIn(found, stdin), { ...LINES, encoding, invalid: 'fail' }), map(bytewise))
  const source = found.file === STDIN ? stdin : found.file
  return pipe(lineSource(source, BINARY), checkLines(found, isRegular(found)))
}

/** The lines of a file that grows, up to the signal. */
export function followedByteLines(found: Found, signal: AbortSignal): AsyncIterable<string> {
  const lines = lineSource(found.file, { ...BINARY, follow: { from: 'beginning' } })
  return pipe(until(signal, lines), checkLines(found, false))
}

/** The bytes of a file. They end with an error if the file has been truncated. */
export function bytesIn(found: Found, stdin: Io['stdin']): TextSource {
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

/**
 * A stage over lines, with a character for each byte, that fails if they are UTF-16 or UTF-32, whose line ends take several
 * bytes. With `holdsLast`, it holds back the last line until it has checked the size: the last line of a file that was
 * truncated may be only a part of one.
 */
const checkLines = (found: Found, holdsLast: boolean) =>
  stage<string, string>(() => {
    let held: string | typeof none = none
    const step = (line: string, index: number): unknown => {
      if (index === 0) checkEncoding(line, found.file)
      if (!holdsLast) return line
      const before = held
      held = line
      return before
    }
    return flushable(step, (): unknown => {
      if (holdsLast) checkSize(found)
      return held
    })
  })

function checkEncoding(firstLine: string, file: string): void {
  const encoding = markedEncoding(Buffer.from(firstLine.slice(0, 4), 'latin1'))
  if (encoding === undefined || encoding === 'utf-8') return
  const name = encoding.slice(0, 'utf-16'.length).toUpperCase()
  throw new DataError(`${nameOf(file)}: is ${name}: convert it first, as with iconv -f ${name} -t UTF-8`)
}
