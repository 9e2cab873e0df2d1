import type { Duplex } from 'node:stream'
import { closeAll, DONE, isItem, PENDING, type Cursor, type Step } from '../kernel/cursor.ts'
import { isReadable } from '../from/readable/readable-like.ts'
import { ReadableRecipe } from '../from/readable/readable.ts'
import { withOrigin, type Place } from '../kernel/place.ts'
import { openRecipe } from '../kernel/ownership.ts'
import type { Recipe } from '../kernel/recipe.ts'
import type { Scope } from '../kernel/scope.ts'
import { ArgumentError, NullItemError } from '../errors.ts'
import { Closing } from '../kernel/closing.ts'
import type { Plan } from '../stages/plan.ts'
import { isStage, toPlan } from '../stages/stage.ts'
import { isObject } from '../kernel/guards.ts'

/** The plan of a fork's stage in the streams face: a fanpipe stage, a Node Duplex, or a function that creates one. */
export function toStreamPlan(
  part: unknown,
  argument: string,
  taken: Recipe<unknown>[],
): Plan<unknown, unknown> {
  if (isStage(part)) return toPlan(part, argument)
  if (isDuplex(part)) {
    const output = new ReadableRecipe(part, argument)
    taken.push(output)
    return throughPlan(() => part, argument, output)
  }
  if (typeof part === 'function' && part.length === 0) return throughPlan(part as () => unknown, argument)
  return toPlan(part, argument)
}

/** The plan of a Node Duplex: either created for each run, or passed in as a stream, whose output is then `taken`. */
export function throughPlan<A, B>(
  make: (place: Place) => unknown,
  argument: string,
  taken?: ReadableRecipe<B>,
): Plan<A, B> {
  return (upstream) => ({
    mode: 'objects',
    depth: upstream.depth + 1,
    label: upstream.label,
    parts: taken === undefined ? [upstream] : [upstream, taken],
    open(scope, place) {
      if (scope.face === 'iter') {
        throw new ArgumentError(
          'source',
          'an async iterable or a stream, where a stage is a Duplex',
          'a sync iterable',
        )
      }
      const duplex = make(place)
      if (!isDuplex(duplex)) throw new ArgumentError(`what ${argument} returns`, 'a Node Duplex')
      const output = openRecipe(taken ?? new ReadableRecipe<B>(duplex, argument), scope, place)
      try {
        const below = place.belowStage()
        return new ThroughCursor(openRecipe(upstream, scope, below), duplex, output, scope, below)
      } catch (error) {
        void output.close()
        throw error
      }
    },
  })
}

/**
 * Reads from a Duplex, and writes to it only while it has nothing to read. So at most its own highWaterMark is buffered in it,
 * and an item that is ready never waits for the next input.
 */
class ThroughCursor<A, B> implements Cursor<B> {
  readonly #upstream: Cursor<A>
  readonly #duplex: Duplex
  readonly #output: Cursor<B>
  readonly #closing: Closing
  readonly #scope: Scope
  readonly #place: Place
  #index = 0
  /** How many writes have not been acknowledged by their callback. */
  #pendingWrites = 0
  #ended = false
  #failure: { readonly error: unknown } | undefined

  constructor(upstream: Cursor<A>, duplex: Duplex, output: Cursor<B>, scope: Scope, place: Place) {
    this.#upstream = upstream
    this.#duplex = duplex
    this.#output = output
    this.#closing = new Closing(upstream, scope)
    this.#scope = scope
    this.#place = place
  }

  next(): Step<B> {
    if (this.#closing.begun) return this.#closing.step()
    let step = this.#output.next()
    if (!isItem(step) && step === PENDING) step = this.#feed()
    if (isItem(step) || step === PENDING || this.#ended) return step
    this.#duplex.destroy()
    void this.#closing.begin()
    return this.#closing.step()
  }

  get isWorking(): boolean {
    return this.#pendingWrites > 0 || this.#duplex.readableLength > 0
  }

  close(): void | Promise<void> {
    return closeAll([this.#output, { close: () => this.#closing.begin() }])
  }

  #feed(): Step<B> {
    const duplex = this.#duplex
    while (!this.#ended && this.#failure === undefined && duplex.writable && !duplex.writableNeedDrain) {
      const item = this.#pull()
      if (item === PENDING) break
      if (item === DONE) {
        this.#ended = true
        duplex.end()
        break
      }
      if (item === null) throw withOrigin(new NullItemError(this.#place, this.#index), this.#place)
      this.#index++
      this.#pendingWrites++
      duplex.write(item, this.#onWritten)
      const step = this.#output.next()
      if (step !== PENDING) return step
    }
    const hasMore = this.#pendingWrites > 0 || duplex.readableLength > 0 || duplex.errored != null
    if (this.#failure === undefined || hasMore) return PENDING
    throw this.#failure.error
  }

  /** Keeps an error of the upstream until the items before it have come out of the Duplex. */
  #pull(): Step<A> {
    try {
      return this.#upstream.next()
    } catch (error) {
      this.#failure = { error }
      return PENDING
    }
  }

  #onWritten = (): void => {
    this.#pendingWrites--
    this.#scope.wake()
  }
}

const isDuplex = (value: unknown): value is Duplex =>
  isObject(value) && isReadable(value) && typeof (value as { write?: unknown }).write === 'function'
