import type { Readable } from 'node:stream'
import { RECIPE, type Recipe } from '../kernel/recipe.ts'
import { CursorReadable, type StreamOptions } from '../to/readable.ts'
import type { BufferedFace } from '../fan-out/account.ts'
import type { Branch } from '../fan-out/branch.ts'
import { DecodedBytes } from './decoded-bytes.ts'
import { Destinations } from './destinations.ts'

/**
 * A branch as a Readable. Items unread in its buffer do not count as delivered, and each item that leaves the buffer may unblock
 * another branch. `_read` is not enough to notice that: Node calls it only below the highWaterMark, and not again while a read is
 * pending. So `read` and `push` are overridden.
 */
class BranchReadable<T> extends CursorReadable<T> implements BufferedFace {
  readonly #branch: Branch<T>
  /** The consumer has called `read` in vain, and has received nothing since. */
  #asked = false
  /** The consumer has called `pause` since the last `push`. */
  #hasPaused = false
  /** Set by `setEncoding`, after which Node counts the buffer in characters. */
  #decoded: DecodedBytes | undefined
  readonly #destinations = new Destinations()
  /** `read` was called since the last pipe destination was removed. */
  #isPolled = false

  constructor(branch: Branch<T>, options: StreamOptions) {
    super(branch, options)
    this.#branch = branch
    branch.attachFace(this)
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
    const size = this.#branch.landed()
    this.#asked = false
    this.#hasPaused = false
    // Short, so that V8 inlines the path of an item.
    if (this.#decoded !== undefined) return this.#wantsMore(this.#pushDecoded(item, size, this.#decoded))
    return this.#wantsMore(super.push(item))
  }

  #wantsMore(hasRoom: boolean): boolean {
    if (hasRoom) return !this.#hasPaused || !this.#holdsOff
    this.#branch.onDelivered()
    return false
  }

  /** A consumer that pauses when it gets an item, as a pipe does, wants no other; Node would still take one for its buffer. */
  get #holdsOff(): boolean {
    return this.isPaused() && this.readableHighWaterMark === 0
  }

  /** A flowing stream has called `read` itself. */
  override pause(): this {
    this.#asked = false
    this.#hasPaused = true
    return super.pause()
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

  /** Node also calls this when a destination has closed, failed or ended. */
  override unpipe(destination?: NodeJS.WritableStream): this {
    super.unpipe(destination)
    if (destination === undefined) {
      this.#destinations.clear()
    } else if (this.#destinations.remove(destination)) {
      this.#isPolled = false
      setImmediate(() => this.#destroyIfUnread())
    }
    return this
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#branch.discardUnread()
    super._destroy(error, callback)
  }

  override [RECIPE](): Recipe<T> | undefined {
    const recipe = super[RECIPE]()
    if (recipe !== undefined) this.#branch.detachFace()
    return recipe
  }

  protected override reclaimRecipe(): void {
    super.reclaimRecipe()
    this.#branch.attachFace(this)
  }

  /** Keeps `DecodedBytes` in step with the buffer. A chunk that Node emits directly as 'data' never enters the buffer. */
  #pushDecoded(chunk: unknown, bytes: number, decoded: DecodedBytes): boolean {
    const before = this.readableLength
    const isDirect = before === 0 && this.readableFlowing === true && this.listenerCount('data') > 0
    const more = super.push(chunk)
    const characters = this.readableLength - before
    if (chunk === null) decoded.end(characters)
    else if (isDirect && characters === 0) decoded.pass()
    else decoded.push(bytes, characters)
    return more
  }

  /** Called after the last destination is gone: a branch that nobody reads would block the others forever. */
  #destroyIfUnread(): void {
    const isRead =
      this.#destinations.size > 0 ||
      this.readableFlowing === true ||
      this.#isPolled ||
      this.listenerCount('data') + this.listenerCount('readable') > 0
    if (!isRead) this.destroy()
  }
}

export const toBranchReadable = (branch: Branch<unknown>, { highWaterMark }: StreamOptions): Readable =>
  new BranchReadable(branch, { highWaterMark: highWaterMark ?? (branch.readsAhead ? undefined : 0) })
