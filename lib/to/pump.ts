import type { Readable } from 'node:stream'
import { NullItemError, SourceError } from '../errors.ts'
import { BURST } from '../kernel/work-budget.ts'
import { DONE, PENDING } from '../kernel/cursor.ts'
import { type Origins } from '../kernel/origins.ts'
import { Place } from '../kernel/place.ts'
import type { Recipe } from '../kernel/recipe.ts'
import { Root, type RunOptions } from '../kernel/root.ts'
import { isObject } from '../kernel/guards.ts'

/**
 * Runs a recipe into the readable side of a stream.
 *
 * `_read` only arms the pump, and the pump pushes until it is told to stop: pushed outside of `_read`, an item goes
 * straight to a flowing consumer, without the buffer. That is the cheapest honest path there is.
 *
 * `process.nextTick` comes before timers and I/O, so after so many items in a row it is armed with `setImmediate`, however
 * small the buffer is and whoever empties it.
 */
export class Pump<T> {
  readonly #stream: Readable
  readonly #place: Place
  readonly #root: Root<T>
  #wanted = false
  #armed = false
  #index = 0
  /** How many items may be pushed before timers and I/O must have had their turn. */
  #restAt = BURST
  #closed = false
  #failure: Error | undefined

  constructor(stream: Readable, recipe: Recipe<T>, options: RunOptions) {
    const wakers = {
      wake: () => {
        if (this.#wanted) this.#arm()
      },
      fail: (error: Error) => void stream.destroy(error),
    }
    this.#stream = stream
    this.#place = Place.root(stream.readableObjectMode ? 'anything' : 'bytes')
    this.#root = new Root(recipe, 'streams', options, wakers, this.#place)
  }

  /** For `_read`. */
  read(): void {
    if (this.#failure !== undefined) return
    this.#wanted = true
    this.#arm()
  }

  /** For `read`, before it: what is left before an error can be read as what is left before an end, whatever is wanted. */
  sizeToRead(wanted: number | undefined): number | undefined {
    if (this.#failure === undefined || wanted === undefined) return wanted
    return Math.min(wanted, this.#stream.readableLength)
  }

  /** For `read`, after it: an error is met as an end is, a tick after the last was read, unless some of it was put back. */
  afterRead(): void {
    if (this.#failure !== undefined) process.nextTick(Pump.#failDrained, this)
  }

  get origins(): Origins {
    return this.#root.origins
  }

  /** For `_destroy`. */
  close(error: Error | null, callback: (error: Error | null) => void): void {
    this.#closed = true
    const closing = this.#root.close(error ?? undefined)
    if (closing === undefined) callback(error)
    else void closing.then(() => callback(error))
  }

  /** Closes the inputs now, for this error, with which the stream is yet to be destroyed. */
  stop(error: Error): void {
    this.#closed = true
    void this.#root.close(error)
  }

  /** Another has the recipe. */
  abandon(): void {
    this.#closed = true
    this.#root.abandon()
  }

  #arm(): void {
    if (this.#armed) return
    this.#armed = true
    if (this.#index < this.#restAt) process.nextTick(Pump.#run, this)
    else setImmediate(Pump.#runRested, this)
  }

  static readonly #run = (pump: Pump<unknown>): void => {
    pump.#armed = false
    try {
      pump.#push()
    } catch (error) {
      pump.#fail(isObject(error) ? (error as Error) : new SourceError([], error))
    }
  }

  static readonly #runRested = (pump: Pump<unknown>): void => {
    pump.#restAt = pump.#index + BURST
    Pump.#run(pump)
  }

  static readonly #failDrained = (pump: Pump<unknown>): void => {
    if (pump.#stream.readableLength === 0) pump.#stream.destroy(pump.#failure)
  }

  /** Closes the inputs now, and fails when the buffer is drained. */
  #fail(error: Error): void {
    this.#wanted = false
    this.#failure = error
    void this.#root.fail(error)
    if (this.#stream.readableLength === 0) this.#stream.destroy(error)
    else this.#stream.emit('readable')
  }

  /** Pushes what there is, until the stream has enough or others want their turn. */
  #push(): void {
    const stream = this.#stream
    const root = this.#root
    while (!this.#closed) {
      const step = (root.cursor ?? root.open()).next()
      if (step === PENDING) return
      if (step === DONE) {
        root.ended(false)
        this.#wanted = stream.push(null)
        return
      }
      if (step === null) throw new NullItemError(this.#place, this.#index)
      this.#index++
      if (!stream.push(step)) {
        this.#wanted = false
        return
      }
      if (this.#index >= this.#restAt) return this.#arm()
    }
  }
}
