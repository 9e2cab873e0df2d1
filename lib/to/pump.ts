import type { Readable } from 'node:stream'
import { CloseError, NullItemError } from '../errors.ts'
import { BURST } from '../kernel/work-budget.ts'
import { isItem, PENDING } from '../kernel/cursor.ts'
import { type Origins } from '../kernel/origins.ts'
import { Place } from '../kernel/place.ts'
import { warn } from '../kernel/platform.ts'
import type { Recipe } from '../kernel/recipe.ts'
import { Root, type RunOptions } from '../kernel/root.ts'
import { streamError } from './stream-error.ts'
import { Undelivered } from './undelivered.ts'

/**
 * Pulls a recipe and pushes its items into the readable side of a stream.
 *
 * `_read` only schedules the pump, which then pushes until `push` returns false. An item pushed outside of `_read` goes directly
 * to a flowing consumer, bypassing the buffer; that is the fastest path Node offers.
 *
 * `process.nextTick` runs before timers and I/O. So that these are not starved, the pump uses `setImmediate` after BURST items in
 * a row.
 */
export class Pump<T> {
  readonly #stream: Readable
  readonly #place: Place
  readonly #root: Root<T>
  #wanted = false
  #scheduled = false
  #index = 0
  /** The number of items pushed at which the pump must yield to timers and I/O. */
  #yieldAt = BURST
  #closed = false
  #failure: Error | undefined
  /** Only if an input is left open. */
  #undelivered: Undelivered<T> | undefined

  constructor(stream: Readable, recipe: Recipe<T>, options: RunOptions) {
    const wakers = {
      wake: () => {
        if (this.#wanted) this.#schedule()
      },
      fail: (error: Error) => void stream.destroy(error),
      onLeftOpen: () => this.#readNothingAhead(),
    }
    this.#stream = stream
    this.#place = Place.root(stream.readableObjectMode ? 'anything' : 'bytes')
    this.#root = new Root(recipe, 'streams', options, wakers, this.#place)
  }

  /** Implements `_read`. */
  read(): void {
    if (this.#failure !== undefined) return
    this.#wanted = true
    this.#schedule()
  }

  /**
   * For an override of `read(size)`: the size to pass on. After an error, a `read` of more than is buffered returns what is left,
   * as Node does at the end of a stream.
   */
  sizeToRead(wanted: number | undefined): number | undefined {
    if (this.#failure === undefined || wanted === undefined) return wanted
    return Math.min(wanted, this.#stream.readableLength)
  }

  /**
   * For an override of `read`: once the buffer is empty, the stream fails on the next tick, as it would end. By then the consumer
   * may have put something back with `unshift`.
   */
  afterRead(): void {
    if (this.#failure !== undefined) process.nextTick(Pump.#failDrained, this)
  }

  get origins(): Origins {
    return this.#root.origins
  }

  /** Implements `_destroy`. */
  close(error: Error | null, callback: (error: Error | null) => void): void {
    this.#closed = true
    if (this.#failure !== undefined && this.#failure !== error) this.#warnOfDelayed(this.#failure)
    this.#undelivered?.giveBack()
    const isSilent = error !== null && isFromLeaving(error)
    const report = (faults: CloseError): void => {
      if (isSilent) this.origins.noteFaults(error, faults)
      warn(faults)
    }
    const closing = this.#root.close(isSilent ? undefined : (error ?? undefined), report)
    if (closing === undefined) callback(error)
    else void closing.then(() => callback(error))
  }

  /** Closes the inputs now; the stream will be destroyed with this error later. */
  stop(error: Error): void {
    this.#closed = true
    void this.#root.close(error)
  }

  /** Another junction has taken over the recipe. */
  abandon(): void {
    this.#closed = true
    this.#root.abandon()
  }

  /** The stream was destroyed before its buffer was drained, so nobody will see this error. */
  #warnOfDelayed(failure: Error): void {
    const delayed = this.origins.delayedIn(failure)
    if (delayed !== undefined) warn(new CloseError([], [], delayed))
  }

  /** From now on Node asks for an item only when the consumer does: what is in the buffer would be missing for the owner of the input. */
  #readNothingAhead(): void {
    const { _readableState: state } = this.#stream as unknown as { _readableState: { highWaterMark: number } }
    state.highWaterMark = 0
    this.#undelivered ??= new Undelivered(this.#stream)
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    if (this.#index < this.#yieldAt) process.nextTick(Pump.#run, this)
    else setImmediate(Pump.#runAfterYield, this)
  }

  static readonly #run = (pump: Pump<unknown>): void => {
    pump.#scheduled = false
    // A cursor may call `wake` and then throw.
    if (pump.#failure !== undefined) return
    try {
      pump.#push()
    } catch (error) {
      pump.#fail(streamError(error))
    }
  }

  static readonly #runAfterYield = (pump: Pump<unknown>): void => {
    pump.#yieldAt = pump.#index + BURST
    Pump.#run(pump)
  }

  static readonly #failDrained = (pump: Pump<unknown>): void => {
    if (pump.#stream.readableLength === 0) pump.#stream.destroy(pump.#failure)
  }

  /** Closes the inputs now, and destroys the stream once its buffer is drained. */
  #fail(error: Error): void {
    this.#wanted = false
    this.#failure = error
    void this.#root.fail(error)
    if (this.#stream.readableLength === 0) this.#stream.destroy(error)
    else this.#stream.emit('readable')
  }

  /** Pushes until nothing is ready, the buffer is full, or it is time to yield. */
  #push(): void {
    const stream = this.#stream
    const root = this.#root
    while (!this.#closed) {
      const step = (root.cursor ?? root.open()).next()
      if (!isItem(step)) {
        if (step === PENDING) return
        root.ended(false)
        this.#wanted = stream.push(null)
        return
      }
      if (step === null) throw new NullItemError(this.#place, this.#index)
      this.#index++
      this.#undelivered?.add(step, root.cursor?.lender?.())
      if (!stream.push(step)) {
        this.#wanted = false
        return
      }
      if (this.#index >= this.#yieldAt) return this.#schedule()
    }
  }
}

/** Node's own error for a stream that is left by `break`: nobody sees it, nor what is attached to it. */
const isFromLeaving = ({ name, cause }: Error): boolean => name === 'AbortError' && cause === undefined
