import { closeAll, DONE, EMPTY, isItem, PENDING } from '../../kernel/cursor.ts'
import type { Cursor, Lender, Step } from '../../kernel/cursor.ts'
import { release } from '../../kernel/ownership.ts'
import type { ItemOrigin, Place } from '../../kernel/place.ts'
import { Readiness } from '../../kernel/readiness.ts'
import type { Recipe } from '../../kernel/recipe.ts'
import type { Scope } from '../../kernel/scope.ts'
import { WorkBudget } from '../../kernel/work-budget.ts'
import type { Inputs } from '../inputs.ts'
import type { InputControls } from './input-controls.ts'
import { OpenInputs } from './open-inputs.ts'
import { Turns } from './turns.ts'
import { ReadyInput, type Prepared } from './ready-input.ts'

/**
 * Polls the inputs that may have an item, in turn, and no others. An input that gave an item goes to the end of the queue, and
 * one that has none comes back when it is woken.
 */
export class ReadyCursor<T> implements Cursor<T> {
  readonly #inputs: Inputs<T>
  readonly #scope: Scope
  readonly #place: Place
  readonly #controls: InputControls<T>
  readonly #maxOpen: number
  readonly #endsWithInputs: boolean
  readonly #budget: WorkBudget
  readonly #ready: Readiness<ReadyInput<T>>
  readonly #turns: Turns
  readonly #open = new OpenInputs<T>()
  /** A lazy list may be endless: without `maxOpen`, each pull opens one more. */
  readonly #opensOneByOne: boolean
  /** Every input of the list has been opened. */
  #listIsOver = false
  #isOpening = false
  /** An asynchronous list has no input ready. */
  #listIsPending = false
  #isClosed = false
  #prepared: Prepared<T> | undefined
  /** The error of an input that was opened by `update`, outside of `next`. */
  #failure: { readonly error: unknown } | undefined
  /** How many items were given, and the input that gave the latest. */
  #given = 0
  #latest: ReadyInput<T> | undefined

  constructor(
    inputs: Inputs<T>,
    scope: Scope,
    place: Place,
    controls: InputControls<T>,
    maxOpen: number,
    endsWithInputs: boolean,
  ) {
    this.#inputs = inputs
    this.#scope = scope
    this.#place = place
    this.#controls = controls
    this.#maxOpen = maxOpen
    this.#endsWithInputs = endsWithInputs
    this.#budget = new WorkBudget(scope)
    this.#ready = new Readiness(scope)
    this.#turns = new Turns(scope)
    this.#opensOneByOne = inputs.isLazy && maxOpen === Infinity
    controls.onOpen(this)
    try {
      this.#openInputs()
    } catch (error) {
      void this.close()
      throw error
    }
  }

  get opened(): number {
    return this.#inputs.opened
  }

  next(): Step<T> {
    if (this.#budget.yielding || this.#turns.isPausing || (this.#turns.isDue && this.#pause())) return PENDING
    for (;;) {
      if (this.#canOpen()) this.#openInputs()
      if (this.#failure !== undefined) throw this.#failure.error
      const input = this.#ready.take()
      if (input === undefined) return this.#waitOrEnd()
      const step = this.#pull(input)
      if (!isItem(step)) {
        if (step === DONE) void this.#open.delete(input)
      } else if (input.isOpen) {
        this.#ready.add(input)
        this.#latest = input
        input.count++
        this.#given++
        this.#budget.reset()
        this.#turns.onItem()
        return step
      }
      if (this.#budget.spend()) return PENDING
    }
  }

  /** Known only of the latest item. */
  originOf(index: number): ItemOrigin | undefined {
    return index === this.#given - 1 ? this.#latest?.originOfLatest : undefined
  }

  lender(): Lender<T> | undefined {
    return this.#latest?.cursor.lender?.()
  }

  close(): void | Promise<void> {
    this.#isClosed = true
    this.#controls.onClose(this)
    return closeAll([
      ...this.#open.takeAll(),
      this.#inputs,
      { close: () => this.#controls.releaseAdded(this.#scope, this.#place) },
    ])
  }

  /** Inputs were added or removed, or the output may end. */
  update(): void {
    try {
      this.#openInputs()
    } catch (error) {
      this.#failure ??= { error }
    }
    this.#scope.wake()
  }

  /** Closes the open inputs with this source, and returns whether there were any. */
  remove(source: unknown): boolean {
    const cursors = this.#open.takeAllOf(source)
    void closeAll(cursors)
    return cursors.length > 0
  }

  /** Closes an input that has not been opened. */
  release(part: Recipe<T>): void {
    void release(part, this.#scope, this.#place)
  }

  #pull(input: ReadyInput<T>): Step<T> {
    try {
      return input.cursor.next()
    } catch (error) {
      return this.#inputs.fail(error, input.place as Place, input.cursor)
    }
  }

  #canOpen(): boolean {
    return this.#open.size < this.#maxOpen && !(this.#listIsOver && this.#controls.added.size === 0)
  }

  /** Not entered again: an input that adds another while it is opened leaves it to the loop that is opening. */
  #openInputs(): void {
    if (this.#isOpening) return
    this.#isOpening = true
    try {
      while (!this.#budget.yielding && this.#canOpen() && this.#openNext()) if (this.#opensOneByOne) break
    } finally {
      this.#isOpening = false
    }
  }

  /** Opens an input, unless there is none at the moment. Those of an array come before added ones; a lazy list may be endless. */
  #openNext(): boolean {
    return this.#inputs.isLazy
      ? this.#openAdded() || this.#openListed()
      : this.#openListed() || this.#openAdded()
  }

  #openListed(): boolean {
    if (this.#listIsOver) return false
    const cursor = this.#inputs.open(this.#prepare().scope)
    this.#listIsOver = cursor === undefined
    this.#listIsPending = cursor === PENDING
    if (cursor === undefined || cursor === PENDING) return false
    const { isLazy, latestInput } = this.#inputs
    this.#start(cursor, isLazy ? latestInput : this.#controls.givenAt(this.opened - 1))
    return true
  }

  #openAdded(): boolean {
    const added = this.#controls.takeAdded()
    if (added === undefined) return false
    this.#start(this.#inputs.openAdded(added.recipe, this.#prepare().scope), added.source)
    return true
  }

  #prepare(): Prepared<T> {
    const input = this.#prepared?.input ?? new ReadyInput<T>()
    return (this.#prepared ??= { input, scope: this.#ready.scopeOf(input) })
  }

  #start(cursor: Cursor<T>, source: unknown): void {
    const { input } = this.#prepare()
    this.#prepared = undefined
    if (this.#isClosed) return void cursor.close()
    // It could not be opened. The function of `errors` may have added another input that cannot be opened either.
    if (cursor === EMPTY) this.#budget.spend()
    input.start(cursor, this.#inputs.place, source)
    this.#open.add(input)
    this.#ready.add(input)
  }

  #waitOrEnd(): typeof PENDING | typeof DONE {
    this.#turns.restart()
    const mayGoOn =
      this.#open.size > 0 || !this.#listIsOver || this.#controls.added.size > 0 || this.#inputs.isReporting
    if (mayGoOn || !(this.#endsWithInputs || this.#controls.hasEnded)) return PENDING
    this.#controls.onClose(this)
    return DONE
  }

  /** Lets promises settle and events arrive; returns false if no input waits for one. */
  #pause(): boolean {
    this.#turns.restart()
    if (this.#ready.size >= this.#open.size && !this.#listIsPending) return false
    this.#turns.pause()
    return true
  }
}
