import { DONE, PENDING, type Step } from '../kernel/cursor.ts'
import { isObject } from '../kernel/guards.ts'
import { nesting } from '../kernel/nesting.ts'
import type { Origins } from '../kernel/origins.ts'
import { withOrigin, type Place } from '../kernel/place.ts'
import type { Recipe } from '../kernel/recipe.ts'
import { Root, type RunOptions } from '../kernel/root.ts'
import type { Face, Scope } from '../kernel/scope.ts'
import type { CloseError } from '../errors.ts'

/** Who is told what becomes of a source between pulls. */
export interface SourceListener {
  /** It had nothing to give, and may have something now; or it has ended. */
  onNews(): void
  /** It is aborted from outside. */
  onAbort(error: Error): void
}

/** Where the source is opened: in a run of its own, or within the run of a fork. */
export interface SourceSettings {
  readonly face: Face
  readonly options: RunOptions
  readonly place: Place
  readonly within: Scope | undefined
  /** A pull has to answer at once. */
  readonly mustAnswer: boolean
}

/** What the source is doing. Small integers, since storing a string costs a write barrier for every item. */
const READY = 0
/** It is being pulled, further up the stack. */
const RUNNING = 1
/** It is being pulled, and has had news since it said PENDING. */
const RUNNING_WITH_NEWS = 2
/** It has said PENDING, and has had no news since. */
const IDLE = 3

/** One source that many pull, one at a time; how it ended is told to everyone who asks again. */
export class SharedSource<T> {
  readonly #root: Root<T>
  readonly #listener: SourceListener
  readonly #canWait: boolean
  /** A run of its own adds to the depth of the stack by itself. */
  readonly #addsDepth: boolean
  #state: number = READY
  #ended = false
  #failure: { readonly error: unknown } | undefined

  constructor(recipe: Recipe<T>, listener: SourceListener, settings: SourceSettings) {
    const { face, options, place, within, mustAnswer } = settings
    this.#listener = listener
    this.#canWait = face !== 'iter'
    this.#addsDepth = within === undefined
    const wakers = {
      wake: () => this.#onWake(),
      fail: (error: Error) => listener.onAbort(error),
      mustAnswer,
    }
    this.#root = new Root(recipe, face, options, wakers, place, within)
  }

  /** An item, PENDING or DONE; throws what the source has failed with. `place` is that of the cursor that pulls. */
  pull(place: Place): Step<T> {
    if (this.#ended) return this.#end(place)
    if (this.#state !== READY) return this.#notNow()
    this.#state = RUNNING
    const above = nesting.depth
    if (this.#addsDepth) nesting.depth = above + place.depth + 1
    let step: Step<T>
    try {
      step = this.#next()
      if (step === PENDING) step = this.#retry()
    } catch (error) {
      this.#state = READY
      nesting.depth = above
      this.fail(error)
      this.#listener.onNews()
      throw this.prefixOrigin(error, place)
    }
    this.#state = READY
    nesting.depth = above
    if (step === PENDING) {
      this.#state = IDLE
      return PENDING
    }
    if (step !== DONE) return step
    this.#root.ended(false)
    this.#ended = true
    this.#listener.onNews()
    return this.#end(place)
  }

  /** Ends it with this error, for everyone who pulls from now on, and closes it. */
  fail(error: unknown): void {
    this.#ended = true
    this.#failure = { error }
    void this.#root.close(error)
  }

  close(onFaults?: (faults: CloseError) => void): void | Promise<void> {
    return this.#root.close(undefined, onFaults)
  }

  get ended(): boolean {
    return this.#ended
  }

  get failure(): { readonly error: unknown } | undefined {
    return this.#failure
  }

  /** It is being pulled, further up the stack. */
  get isRunning(): boolean {
    return this.#state === RUNNING || this.#state === RUNNING_WITH_NEWS
  }

  get origins(): Origins {
    return this.#root.origins
  }

  /**
   * The error as it comes out at `place`, where the way to the source begins. Only a run that an error has come out of refers to
   * this one, since it may read any number of hubs.
   */
  prefixOrigin(error: unknown, place: Place): unknown {
    if (this.origins === place.origins) return error
    place.origins.include(this.origins)
    const path = isObject(error) ? this.origins.pathOf(error) : undefined
    return path === undefined ? error : withOrigin(error, place, path)
  }

  #next(): Step<T> {
    return (this.#root.cursor ?? this.#root.open()).next()
  }

  /** Pulls again for as long as the source has news while it says PENDING. */
  #retry(): Step<T> {
    let step: Step<T> = PENDING
    while (step === PENDING && this.#takeNews()) step = this.#next()
    return step
  }

  #takeNews(): boolean {
    if (this.#state !== RUNNING_WITH_NEWS) return false
    this.#state = RUNNING
    return true
  }

  /** In the sync face nobody can wait for the pull that is under way; in the others everybody does. */
  #notNow(): typeof PENDING {
    if (!this.isRunning || this.#canWait) return PENDING
    throw new TypeError('The source is already running: a branch was pulled from inside it')
  }

  #end(place: Place): typeof DONE {
    if (this.#failure !== undefined) throw this.prefixOrigin(this.#failure.error, place)
    return DONE
  }

  #onWake(): void {
    if (this.isRunning) {
      this.#state = RUNNING_WITH_NEWS
      return
    }
    this.#state = READY
    this.#listener.onNews()
  }
}
