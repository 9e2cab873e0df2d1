import { isUtf8 } from 'node:buffer'
import { DONE, PENDING, type Cursor, type Step } from '../kernel/cursor.ts'
import type { ItemBytes } from '../kernel/item-bytes.ts'
import { withOrigin, type ItemNames, type Place } from '../kernel/place.ts'
import type { Recipe } from '../kernel/recipe.ts'
import type { Scope } from '../kernel/scope.ts'
import { LimitError } from '../errors.ts'
import { markLength } from './byte-order-mark.ts'
import { invalidText, StrictDecoder, TextPosition } from './decoders.ts'
import type { Invalid } from './decoding.ts'
import { FileBlocks } from './file-blocks.ts'
import { FileBytes } from './file-bytes.ts'
import { nameOf } from './text.ts'

/** The maximum length of a line in bytes of UTF-8, with its line end and a byte order mark: three bytes per UTF-16 code unit. */
export const maxLineBytes = (limit: number): number => 3 * (limit + 2)

/**
 * How many bytes are decoded at once. Each line keeps the whole decoded string in memory, and decoding a longer string costs five
 * times as much per byte.
 */
const PIECE = 2 ** 16
const LF = 10
const CR = 13

export interface FileLinesSettings {
  readonly limit: number
  readonly invalid: Invalid
  readonly gunzip: boolean
  /** Each byte is decoded as one character; otherwise the file is UTF-8. */
  readonly isBinary: boolean
  readonly keepCr: boolean
}

/** The lines of a file, plain or gzip, read without a stream: the same lines as split2 gives, at a fraction of the cost. */
export class FileLines implements Recipe<string> {
  readonly mode = 'objects'
  readonly depth = 1
  readonly label: string | undefined
  readonly parts = []
  readonly #path: string | URL
  readonly #settings: FileLinesSettings

  constructor(path: string | URL, settings: FileLinesSettings) {
    this.#path = path
    this.label = nameOf(path)
    this.#settings = settings
  }

  open(scope: Scope, place: Place): Cursor<string> {
    place.nameItems(lineNames)
    const bytes = new FileBytes(this.#path, this.#settings.gunzip, place)
    const blocks = new FileBlocks(bytes, maxLineBytes(this.#settings.limit), scope, place)
    return new LineCursor(blocks, this.#settings, place)
  }
}

class LineCursor implements Cursor<string> {
  readonly #blocks: Cursor<Buffer>
  readonly #limit: number
  readonly #invalid: Invalid
  readonly #isBinary: boolean
  readonly #keepsCr: boolean
  readonly #place: Place
  #block: Buffer = Buffer.alloc(0)
  /** How many bytes of the block have been decoded. */
  #decoded = 0
  /** Whole lines, decoded from the block. */
  #text = ''
  #at = 0
  /** Where `#text` begins in the block. */
  #offset = 0
  readonly #itemBytes = { bytes: undefined as Buffer | undefined, start: 0, end: 0 }
  #index = 0
  #isStarted = false
  /** Thrown after the lines in `#text`. */
  #failure: Error | undefined

  constructor(blocks: Cursor<Buffer>, settings: FileLinesSettings, place: Place) {
    this.#blocks = blocks
    this.#limit = settings.limit
    this.#invalid = settings.invalid
    this.#isBinary = settings.isBinary
    this.#keepsCr = settings.keepCr
    this.#place = place
  }

  next(): Step<string> {
    while (this.#at === this.#text.length) {
      const step = this.#decode()
      if (step !== undefined) return step
    }
    const text = this.#text
    const start = this.#at
    const lf = text.indexOf('\n', start)
    let end = lf === -1 ? text.length : lf
    if (lf > start && !this.#keepsCr && text.charCodeAt(lf - 1) === CR) end--
    if (end - start > this.#limit)
      throw withOrigin(lineTooLong(this.#place, this.#index, this.#limit), this.#place)
    this.#index++
    this.#at = lf === -1 ? end : lf + 1
    this.#itemBytes.start = this.#offset + start
    this.#itemBytes.end = this.#offset + end
    return text.slice(start, end)
  }

  itemBytes(): ItemBytes {
    return this.#itemBytes
  }

  close(): void | Promise<void> {
    return this.#blocks.close()
  }

  /** Decodes the next lines into `#text`; returns PENDING or DONE if there are none. */
  #decode(): typeof PENDING | typeof DONE | undefined {
    if (this.#failure !== undefined) throw withOrigin(this.#failure, this.#place)
    if (this.#decoded === this.#block.length) {
      const step = this.#blocks.next()
      if (step === PENDING || step === DONE) return step
      this.#block = step
      const mayHaveMark = !this.#isStarted && !this.#isBinary
      this.#decoded = mayHaveMark ? markLength(step, 'utf-8', true, this.#place) : 0
      this.#isStarted = true
    }
    const from = this.#decoded
    this.#decoded = pieceEnd(this.#block, from)
    const piece = this.#block.subarray(from, this.#decoded)
    this.#text = this.#textOf(piece)
    this.#at = 0
    this.#offset = from
    // Equal lengths mean one character per byte, so that indexes in the text are also indexes in the bytes.
    this.#itemBytes.bytes = this.#text.length === piece.length ? this.#block : undefined
  }

  #textOf(piece: Buffer): string {
    if (this.#isBinary) return piece.toString('latin1')
    return this.#invalid === 'fail' && !isUtf8(piece) ? this.#validLines(piece) : piece.toString()
  }

  /** Returns the lines before the first one that is not valid UTF-8, and sets the failure to be thrown after them. */
  #validLines(piece: Buffer): string {
    const { text } = new StrictDecoder('utf-8').decode(piece, true)
    const position = new TextPosition(this.#index + 1)
    position.pass(text)
    const isTooLong = position.column > this.#limit + 2
    this.#failure = isTooLong
      ? lineTooLong(this.#place, position.line - 1, this.#limit)
      : invalidText('utf-8', this.#place, position)
    return text.slice(0, text.lastIndexOf('\n') + 1)
  }
}

/** Ends a piece after the last line end within PIECE bytes, or if there is none, after the next one. */
function pieceEnd(block: Buffer, from: number): number {
  if (block.length - from <= PIECE) return block.length
  const last = block.lastIndexOf(LF, from + PIECE - 1) + 1
  if (last > from) return last
  const first = block.indexOf(LF, from + PIECE) + 1
  return first === 0 ? block.length : first
}

/** Lines are counted from 1 in messages. */
const lineName = (index: number): string => `line ${index + 1}`

export const lineNames: ItemNames = { name: lineName, line: (index) => index + 1 }

export function lineTooLong(place: Place, index: number, limit: number): LimitError {
  const what = `${lineName(index)}: longer than ${limit} characters (maxLineLength)`
  return new LimitError(place, index, limit, what)
}
