import { Awaited } from '../kernel/awaited.ts'
import { PENDING, type Cursor, type Step } from '../kernel/cursor.ts'
import type { Place } from '../kernel/place.ts'
import type { Scope } from '../kernel/scope.ts'
import { Closing } from '../kernel/closing.ts'
import type { FileBytes } from './file-bytes.ts'

const FIRST_READ = 2 ** 16
const LONGEST_READ = 2 ** 18
const LF = 10

/**
 * Reads a file in blocks of whole lines. A block is valid only until the next is requested: there are two buffers, and while the
 * lines of one are processed, the file is read into the other, after the incomplete line that was copied to its beginning.
 *
 * If a line is longer than `longest` bytes, its beginning is returned as a block.
 */
export class FileBlocks implements Cursor<Buffer> {
  readonly #bytes: FileBytes
  readonly #longest: number
  readonly #scope: Scope
  readonly #place: Place
  readonly #awaited: Awaited
  readonly #closing: Closing
  #reading: Promise<number>
  #buffer = Buffer.allocUnsafeSlow(FIRST_READ)
  #spareBuffer = Buffer.alloc(0)
  /** The length of the incomplete line at the beginning of the buffer. */
  #incomplete = 0

  constructor(bytes: FileBytes, longest: number, scope: Scope, place: Place) {
    this.#bytes = bytes
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
    const read = this.#takeBytesRead()
    const [buffer, incomplete] = [this.#buffer, this.#incomplete]
    const filled = incomplete + read
    if (read === 0) {
      void this.#closing.begin()
      return filled === 0 ? this.#closing.step() : buffer.subarray(0, filled)
    }
    const afterLastLf = buffer.subarray(incomplete, filled).lastIndexOf(LF) + 1
    const whole = afterLastLf > 0 ? incomplete + afterLastLf : filled > this.#longest ? filled : 0
    const isFull = filled === buffer.length
    const size = isFull && (whole === 0 || filled < LONGEST_READ) ? 2 * filled : buffer.length
    if (whole > 0 || isFull) this.#swapBuffers(size)
    this.#incomplete = buffer.copy(this.#buffer, 0, whole, filled)
    this.#reading = this.#request()
    return whole === 0 ? PENDING : buffer.subarray(0, whole)
  }

  close(): void | Promise<void> {
    return this.#closing.begin()
  }

  #swapBuffers(size: number): void {
    const next = this.#spareBuffer.length < size ? Buffer.allocUnsafeSlow(size) : this.#spareBuffer
    this.#spareBuffer = this.#buffer
    this.#buffer = next
  }

  #takeBytesRead(): number {
    try {
      return this.#awaited.take() as number
    } catch (error) {
      throw this.#scope.normalizeError(error, this.#place)
    }
  }

  #request(): Promise<number> {
    const reading = this.#bytes.read(this.#buffer, this.#incomplete)
    this.#awaited.start(reading)
    return reading
  }

  async #release(): Promise<void> {
    this.#bytes.stop()
    await this.#reading.catch(() => undefined)
    await this.#bytes.close()
  }
}
