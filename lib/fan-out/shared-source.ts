import { DONE, isItem, PENDING, type Step } from '../kernel/cursor.ts'
import { isObject } from '../kernel/guards.ts'
import { nesting } from '../kernel/nesting.ts'
import type { Origins } from '../kernel/origins.ts'
import { takeOverParts, withOrigin, type Place } from '../kernel/place.ts'
import type { Recipe } from '../kernel/recipe.ts'
import { Root, type RunOptions } from '../kernel/root.ts'
import type { Face, Scope } from '../kernel/scope.ts'
import type { CloseError } from '../errors.ts'

/** Receives the items of the source, and what happens to it between pulls. */
export interface SourceListener<T> {
  /** If this throws, the source has failed. */
  onItem(item: T): void
  /** The source may have an item after it was pending, or it has ended or failed. */
  onNews(): void
  /** The run was aborted from outside. */
  onAbort(error: Error): void
}

/** How the source is opened: in a run of its own, or `within` the run of a fork. */
export interface SourceSettings {
  readonly face: Face
  readonly options: RunOptions
  readonly place: Place
  readonly within: Scope | undefined
  /** A pull must not return PENDING. */
  readonly mustAnswer: boolean
}

/** The states of a source. Small integers, since storing a string costs a write barrier for every item. */
const READY = 0
/** It is being pulled, further up the stack. */
const RUNNING = 1
/** It is being pulled, and was woken meanwhile: a PENDING may be outdated. */
const RUNNING_AND_WOKEN = 2
/** It has returned PENDING, and has not been woken since. */
const IDLE = 3

/** A source that several branches pull, one at a time. It remembers how it ended and repeats that on every later pull. */
export class SharedSource<T> {
  readonly #root: Root<T>
  readonly #listener: SourceListener<T>
  readonly #canWait: boolean
  /** A separate run counts depth from its own root, so the depth of the branch that pulls it must be added. */
  readonly #addsDepth: boolean
  #state: number = READY
  #ended = false
  #isClosed = false
  #failure: { readonly error: unknown } | undefined

  constructor(recipe: Recipe<T>, listener: SourceListener<T>, settings: SourceSettings) {
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

  /**
   * Pulls one item and passes it to the listener: true if there was one. Throws the error of the source, on every pull after it
   * failed. `place` is that of the branch that pulls.
   */
  pull(place: Place): true | typeof PENDING | typeof DONE {
    // At the top of a run there is nothing to add, and no `finally` to pay for.
    const { depth } = place
    if (depth === 0 || !this.#addsDepth) return this.#pull(place)
    nesting.depth += depth
    try {
      return this.#pull(place)
    } finally {
      nesting.depth -= depth
    }
  }

  /** Closes the source; every pull from now on throws this error. */
  fail(error: unknown): void {
    this.#ended = true
    this.#failure = { error }
    void this.#root.close(error)
  }

  close(onFaults?: (faults: CloseError) => void): void | Promise<void> {
    this.#isClosed = true
    return this.#root.close(undefined, onFaults)
  }

  get ended(): boolean {
    return this.#ended
  }

  /** It was closed before it had ended or failed. */
  get closedEarly(): boolean {
    return this.#isClosed && !this.#ended
  }

  get failure(): { readonly error: unknown } | undefined {
    return this.#failure
  }

  /** It is being pulled, further up the stack. */
  get isRunning(): boolean {
    return this.#state === RUNNING || this.#state === RUNNING_AND_WOKEN
  }

  get origins(): Origins {
    return this.#root.origins
  }

  /**
   * Prefixes the recorded path of the error with `place`, where the branch is read. The run that reads the branch is linked to
   * this one only now, because it may read any number of hubs, and a link to each would keep all of them in memory.
   */
  prefixOrigin(error: unknown, place: Place): unknown {
    if (this.origins === place.origins) return error
    place.origins.include(this.origins)
    takeOverParts(error, place, this.origins)
    const path = isObject(error) ? this.origins.pathOf(error) : undefined
    return path === undefined ? error : withOrigin(error, place, path)
  }

  #pull(place: Place): true | typeof PENDING | typeof DONE {
    if (this.#ended) return this.#end(place)
    if (this.#state !== READY) return this.#pullRefused()
    this.#state = RUNNING
    let step: Step<T>
    try {
      step = this.#next()
      if (isItem(step) || isItem((step = this.#retry(step)))) {
        this.#listener.onItem(step)
        this.#state = READY
        return true
      }
    } catch (error) {
      this.#state = READY
      this.fail(error)
      this.#listener.onNews()
      throw this.prefixOrigin(error, place)
    }
    this.#state = READY
    return this.#onNoItem(step, place)
  }

  #next(): Step<T> {
    return (this.#root.cursor ?? this.#root.open()).next()
  }

  /** Pulls again for as long as the source was woken during the pull that returned PENDING. */
  #retry(step: Step<T>): Step<T> {
    while (step === PENDING && this.#clearWoken()) step = this.#next()
    return step
  }

  #clearWoken(): boolean {
    if (this.#state !== RUNNING_AND_WOKEN) return false
    this.#state = RUNNING
    return true
  }

  #onNoItem(step: typeof PENDING | typeof DONE, place: Place): typeof PENDING | typeof DONE {
    if (step === PENDING) {
      this.#state = IDLE
      return PENDING
    }
    this.#root.ended(false)
    this.#ended = true
    this.#listener.onNews()
    return this.#end(place)
  }

  /** A pull during another pull: the sync face cannot wait for the other one, so it throws. */
  #pullRefused(): typeof PENDING {
    if (!this.isRunning || this.#canWait) return PENDING
    throw new TypeError('The source is already running: a branch was pulled from inside it')
  }

  #end(place: Place): typeof DONE {
    if (this.#failure !== undefined) throw this.prefixOrigin(this.#failure.error, place)
    return DONE
  }

  #onWake(): void {
    if (this.isRunning) {
      this.#state = RUNNING_AND_WOKEN
      return
    }
    this.#state = READY
    this.#listener.onNews()
  }
}
