import { DONE, PENDING, type Cursor, type Step } from '../cursor/cursor.ts'
import { blamed, type Place } from '../cursor/place.ts'
import type { Recipe } from '../cursor/recipe.ts'
import type { Scope } from '../cursor/scope.ts'
import { LimitError } from '../errors.ts'
import { FileBlocks } from './file-blocks.ts'
import { nameOf } from './text.ts'

/** UTF-8 takes no more bytes for what is one unit of UTF-16. */
export const MOST_BYTES_A_UNIT = 3

/** A line keeps what it was cut from alive, and a string of more bytes costs five times as much to make. */
const PIECE = 2 ** 16
const LF = 10
const CR = 13
const BOM = 0xfeff

/** The lines of a file of UTF-8, cut from its bytes: what split2 gives of its stream, at a fraction of the cost. */
export class FileLines implements Recipe<string> {
  readonly mode = 'objects'
  readonly depth = 1
  readonly label: string | undefined
  readonly parts = []
  readonly #path: string | URL
  readonly #limit: number

  constructor(path: string | URL, limit: number) {
    this.#path = path
    this.label = nameOf(path)
    this.#limit = limit
  }

  open(scope: Scope, place: Place): Cursor<string> {
    place.nameItems(lineName)
    // a line's end and a byte order mark are none of its units
    const longest = MOST_BYTES_A_UNIT * (this.#limit + 2)
    return new LineCursor(new FileBlocks(this.#path, longest, scope, place), this.#limit, place)
  }
}

class LineCursor implements Cursor<string> {
  readonly #blocks: Cursor<Buffer>
  readonly #limit: number
  readonly #place: Place
  #block: Buffer = Buffer.alloc(0)
  #decoded = 0
  /** Whole lines of the block. */
  #text = ''
  #at = 0
  #index = 0

  constructor(blocks: Cursor<Buffer>, limit: number, place: Place) {
    this.#blocks = blocks
    this.#limit = limit
    this.#place = place
  }

  next(): Step<string> {
    while (this.#at === this.#text.length) {
      const step = this.#decode()
      if (step !== undefined) return step
    }
    const text = this.#text
    const from = this.#at
    const lf = text.indexOf('\n', from)
    const end = lf === -1 ? text.length : lf > from && text.charCodeAt(lf - 1) === CR ? lf - 1 : lf
    if (end - from > this.#limit)
      throw blamed(lineTooLong(this.#place, this.#index, this.#limit), this.#place)
    this.#index++
    this.#at = lf === -1 ? end : lf + 1
    return text.slice(from, end)
  }

  close(): void | Promise<void> {
    return this.#blocks.close()
  }

  /** The next lines as text, unless there are none now. */
  #decode(): typeof PENDING | typeof DONE | undefined {
    if (this.#decoded === this.#block.length) {
      const step = this.#blocks.next()
      if (step === PENDING || step === DONE) return step
      this.#block = step
      this.#decoded = 0
    }
    const block = this.#block
    const from = this.#decoded
    this.#decoded = pieceEnd(block, from)
    this.#text = block.toString('utf8', from, this.#decoded)
    this.#at = this.#index === 0 && this.#text.charCodeAt(0) === BOM ? 1 : 0
  }
}

/** Where to cut: behind the last line that ends within a piece, or behind the first. */
function pieceEnd(block: Buffer, from: number): number {
  if (block.length - from <= PIECE) return block.length
  const last = block.lastIndexOf(LF, from + PIECE - 1) + 1
  if (last > from) return last
  const first = block.indexOf(LF, from + PIECE) + 1
  return first === 0 ? block.length : first
}

/** Lines count from 1. */
export const lineName = (index: number): string => `line ${index + 1}`

export function lineTooLong(place: Place, index: number, limit: number): LimitError {
  const what = `${lineName(index)}: longer than ${limit} characters (maxLineLength)`
  return new LimitError(place, index, limit, what)
}
