import type { Readable } from 'node:stream'
import { RECIPE, type Recipe } from '../kernel/recipe.ts'
import { CursorReadable, type StreamOptions } from '../to/readable.ts'
import type { BufferedFace } from '../fan-out/account.ts'
import type { Branch } from '../fan-out/branch.ts'
import type { Hub } from '../fan-out/hub.ts'
import { DecodedBytes } from './decoded-bytes.ts'
import { Destinations } from './destinations.ts'

/**
 * A branch as a Readable. What it holds unread counts for the branch, and whatever it gives out may let another branch
 * go on: Node asks for more only below the highWaterMark and never twice, so the giving itself is watched.
 */
class BranchReadable<T> extends CursorReadable<T> implements BufferedFace {
  readonly #branch: Branch<T>
  /** The consumer has asked for an item, and has not been given one since. */
  #asked = false
  /** For bytes that Node makes into characters. */
  #decoded: DecodedBytes | undefined
  readonly #destinations = new Destinations()
  /** It was read since its last destination went. */
  #isPolled = false

  constructor(branch: Branch<T>, options: StreamOptions) {
    super(branch, options)
    this.#branch = branch
    branch.attach(this)
  }

  unread(): number {
    const length = this.readableLength
    return this.#decoded === undefined ? length : this.#decoded.held(length)
  }

  hasDemand(): boolean {
    return this.readableLength === 0 && (this.readableFlowing === true || this.#asked)
  }

  fail(error: Error): void {
    if (this.listenerCount('error') > 0) this.destroy(error)
  }

  override read(size?: number): unknown {
    if (size !== 0) this.#isPolled = true
    const item: unknown = super.read(size)
    if (item !== null) {
      this.#asked = false
      this.#branch.onDelivered()
    } else if (size !== 0) {
      this.#asked = true
      this.#branch.wakeBlocked()
    }
    return item
  }

  override push(item: unknown): boolean {
    const branch = this.#branch
    const size = branch.landed()
    this.#asked = false
    const more = this.#decoded === undefined ? super.push(item) : this.#pushDecoded(item, size, this.#decoded)
    if (!more) branch.onDelivered()
    return more
  }

  override setEncoding(encoding: BufferEncoding): this {
    const bytes = this.unread()
    super.setEncoding(encoding)
    if (this.readableObjectMode) return this
    this.#decoded = new DecodedBytes()
    this.#decoded.push(bytes, this.readableLength)
    return this
  }

  override pipe<D extends NodeJS.WritableStream>(destination: D, options?: { end?: boolean }): D {
    this.#destinations.add(destination)
    return super.pipe(destination, options)
  }

  /** Node calls this too, when a destination has closed, failed or ended. */
  override unpipe(destination?: NodeJS.WritableStream): this {
    super.unpipe(destination)
    if (destination === undefined) {
      this.#destinations.clear()
    } else if (this.#destinations.remove(destination)) {
      this.#isPolled = false
      setImmediate(() => this.#leaveUnread())
    }
    return this
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#branch.discardUnread()
    super._destroy(error, callback)
  }

  override [RECIPE](): Recipe<T> | undefined {
    const recipe = super[RECIPE]()
    if (recipe !== undefined) this.#branch.detach()
    return recipe
  }

  protected override takeBack(): void {
    super.takeBack()
    this.#branch.attach(this)
  }

  /** A chunk that goes straight to its consumer is never in the buffer. */
  #pushDecoded(chunk: unknown, bytes: number, decoded: DecodedBytes): boolean {
    const before = this.readableLength
    const isStraight = before === 0 && this.readableFlowing === true && this.listenerCount('data') > 0
    const more = super.push(chunk)
    const characters = this.readableLength - before
    if (chunk === null) decoded.end(characters)
    else if (isStraight && characters === 0) decoded.pass()
    else decoded.push(bytes, characters)
    return more
  }

  /** The last destination has gone: a branch that nobody reads would hold up the others for ever. */
  #leaveUnread(): void {
    const isRead =
      this.#destinations.size > 0 ||
      this.readableFlowing === true ||
      this.#isPolled ||
      this.listenerCount('data') + this.listenerCount('readable') > 0
    if (!isRead) this.destroy()
  }
}

export function branchReadables<T>(hub: Hub<T>, options: StreamOptions): Readable[] {
  const { highWaterMark } = options
  return hub.branches.map((branch) => new BranchReadable(branch, { highWaterMark }))
}
