import { open, type FileHandle } from 'node:fs/promises'
import { Awaited } from '../kernel/awaited.ts'
import { PENDING, type Cursor, type Step } from '../kernel/cursor.ts'
import type { Place } from '../kernel/place.ts'
import type { Scope } from '../kernel/scope.ts'
import { Closing } from '../stages/closing.ts'

const FIRST_READ = 2 ** 16
const LONGEST_READ = 2 ** 18
const LF = 10

/**
 * A file in blocks of whole lines. Each is good until the next is asked for: two buffers take turns, and while the lines of
 * one are worked on, the other is read into, behind the beginning of the line that the first one ended in.
 *
 * A line of more than `longest` bytes is given without its end.
 */
export class FileBlocks implements Cursor<Buffer> {
  readonly #path: string | URL
  readonly #longest: number
  readonly #scope: Scope
  readonly #place: Place
  readonly #awaited: Awaited
  readonly #closing: Closing
  #file: FileHandle | undefined
  #reading: Promise<number>
  #buffer = Buffer.allocUnsafeSlow(FIRST_READ)
  #other = Buffer.alloc(0)
  /** How much of a line stands at the beginning of the buffer. */
  #begun = 0

  constructor(path: string | URL, longest: number, scope: Scope, place: Place) {
    this.#path = path
    this.#longest = longest
    this.#scope = scope
    this.#place = place
    this.#awaited = new Awaited(scope)
    this.#closing = new Closing({ close: () => scope.closing(place, () => this.#release()) }, scope)
    this.#reading = this.#request()
  }

  next(): Step<Buffer> {
    if (this.#closing.begun) return this.#closing.step()
    if (this.#awaited.waiting) return PENDING
    const read = this.#read()
    const [buffer, begun] = [this.#buffer, this.#begun]
    const filled = begun + read
    if (read === 0) {
      void this.#closing.begin()
      return filled === 0 ? this.#closing.step() : buffer.subarray(0, filled)
    }
    const ended = buffer.subarray(begun, filled).lastIndexOf(LF) + 1
    const whole = ended > 0 ? begun + ended : filled > this.#longest ? filled : 0
    const isFull = filled === buffer.length
    const size = isFull && (whole === 0 || filled < LONGEST_READ) ? 2 * filled : buffer.length
    if (whole > 0 || isFull) this.#turn(size)
    this.#begun = buffer.copy(this.#buffer, 0, whole, filled)
    this.#reading = this.#request()
    return whole === 0 ? PENDING : buffer.subarray(0, whole)
  }

  close(): void | Promise<void> {
    return this.#closing.begin()
  }

  #turn(size: number): void {
    const other = this.#other.length < size ? Buffer.allocUnsafeSlow(size) : this.#other
    this.#other = this.#buffer
    this.#buffer = other
  }

  #read(): number {
    try {
      return this.#awaited.take() as number
    } catch (error) {
      throw this.#scope.normalizeError(error, this.#place)
    }
  }

  #request(): Promise<number> {
    const reading = this.#load()
    this.#awaited.start(reading)
    return reading
  }

  async #load(): Promise<number> {
    this.#file ??= await open(this.#path)
    const { bytesRead } = await this.#file.read(this.#buffer, this.#begun, this.#buffer.length - this.#begun)
    return bytesRead
  }

  async #release(): Promise<void> {
    await this.#reading.catch(() => undefined)
    await this.#file?.close()
  }
}
