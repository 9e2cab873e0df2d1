import { closeAll, EMPTY, PENDING, type Cursor, type DONE } from '../kernel/cursor.ts'
import { Contents } from '../kernel/contents.ts'
import type { Place } from '../kernel/place.ts'
import { openWithin } from '../kernel/open-within.ts'
import { markOpened } from '../kernel/ownership.ts'
import type { Recipe } from '../kernel/recipe.ts'
import type { Scope } from '../kernel/scope.ts'
import { holdFailure, releaseFailure, type Failure } from '../kernel/failure.ts'
import { Frame } from './frame.ts'
import type { InputErrors } from './input-errors.ts'
import type { InputList, WrappingCursor } from './input-list.ts'

/**
 * Opens the inputs of a fan-in, one at a time or all at once. Junctions nested in it that unfold are opened as if their
 * inputs stood in their place. That uses a stack of frames, from which a frame is removed as soon as its last input is
 * opened: deep nesting costs neither stack space nor, in a chain of chains, memory.
 */
export class Inputs<In> {
  readonly #scope: Scope
  readonly #frames: Frame<In>[] = []
  readonly #contents: Contents | undefined
  readonly #errors: InputErrors
  readonly #outermost: Frame<In>
  /** The place of the input opened last. */
  place: Place

  constructor(list: InputList<In>, scope: Scope, place: Place, errors: InputErrors) {
    this.#scope = scope
    this.#errors = errors
    this.place = place
    if (list.bytes) this.#contents = place.contents ?? new Contents()
    this.#outermost = new Frame(list, place)
    this.#frames.push(this.#outermost)
  }

  /** Whether the inputs come from an iterable or an async iterable, so that nobody knows how many there are. */
  get isLazy(): boolean {
    return this.#outermost.isLazy
  }

  /** How many inputs of the outermost list have been opened. */
  get opened(): number {
    return this.#outermost.opened
  }

  /** What the outermost list gave as its latest input, if it is lazy. */
  get latestInput(): unknown {
    return this.#outermost.latestInput
  }

  /** The user has yet to deal with an error, and may add another input. */
  get isReporting(): boolean {
    return this.#errors.isReporting === true
  }

  /** Opens the next input; PENDING while an asynchronous list has none ready, undefined after the last. */
  open(scope = this.#scope): Cursor<In> | typeof PENDING | undefined {
    for (let frame = this.#frames.at(-1); frame !== undefined; frame = this.#frames.at(-1)) {
      const part = frame.next(this.#scope)
      if (part === PENDING) return PENDING
      if (part === undefined) {
        this.#frames.pop()
        continue
      }
      const { list } = frame
      const index = frame.opened++
      if (frame.isExhausted) this.#frames.pop()
      // A nested junction that turns up while running must go through `openWithin` if its inputs are known: nothing else assigns
      // its streams to this run.
      const unfolds = list.unfolds(part) && (!frame.isLazy || part.parts.length === 0)
      this.place = this.#placeOf(part, index, list.labels[index - frame.added], frame, unfolds ? 0 : 1)
      if (!unfolds) return this.#open(part, index, list, scope)
      this.#markOpened(part, scope)
      this.#frames.push(new Frame(part, this.place))
    }
    return undefined
  }

  /** Opens an input that was added to the outermost list while it runs; its index is the next. */
  openAdded(part: Recipe<In>, scope: Scope): Cursor<In> {
    const frame = this.#outermost
    const index = frame.opened++
    frame.added++
    // Nobody knows how many labels the inputs of a lazy list will need, so they are left to those.
    this.place = this.#placeOf(part, index, frame.isLazy ? undefined : frame.list.labels[index], frame, 1)
    return this.#open(part, index, frame.list, scope)
  }

  /** Opens all inputs, each in the scope that `scopeOf` gives; if one cannot be opened, those before it are closed. */
  openAll(scopeOf: (index: number) => Scope = () => this.#scope): { cursors: Cursor<In>[]; places: Place[] } {
    const cursors: Cursor<In>[] = []
    const places: Place[] = []
    try {
      for (;;) {
        // Never PENDING: a junction that opens all inputs at once takes no asynchronous list.
        const cursor = this.open(scopeOf(cursors.length)) as Cursor<In> | undefined
        if (cursor === undefined) break
        cursors.push(cursor)
        places.push(this.place)
      }
      if (this.isLazy) this.#outermost.list.checkCount(cursors.length)
    } catch (error) {
      void closeAll(cursors)
      void this.close()
      throw error
    }
    return { cursors, places }
  }

  /** An input has failed: throws, or returns DONE if the junction is to continue as if the input had ended. */
  fail(error: unknown, place: Place, cursor: Cursor<In>): typeof DONE {
    return this.#drop(this.#scope.normalizeError(error, place), place, cursor)
  }

  /** An input has failed, but its turn comes later: `dropFailed` then does what `fail` would do now. */
  hold(thrown: unknown, place: Place): Failure {
    return holdFailure(thrown, this.#scope, place)
  }

  dropFailed(failure: Failure, place: Place, cursor: Cursor<In>): typeof DONE {
    return this.#drop(releaseFailure(failure, this.#scope, place), place, cursor)
  }

  /** Closes lazy lists of inputs, and releases the known inputs that were not opened. */
  close(): void | Promise<void> {
    return closeAll(this.#frames.splice(0).map((frame) => ({ close: () => frame.close(this.#scope) })))
  }

  #drop(error: unknown, place: Place, cursor: Cursor<In>): typeof DONE {
    const end: typeof DONE = this.#errors.onError(error, place)
    void cursor.close()
    return end
  }

  #placeOf(
    part: Recipe<In>,
    index: number,
    label: string | undefined,
    { list, place }: Frame<In>,
    levels: number,
  ): Place {
    const accepts = list.bytes ? place.accepts : 'objects'
    const input = place.input(index, label, place.depth + levels, accepts, this.#contents)
    input.defaultLabel(part.label)
    return input
  }

  /** The one place where an input of any fan-in is opened; whatever is thrown is an error of that input. */
  #open(part: Recipe<In>, index: number, list: InputList<In>, scope: Scope): Cursor<In> {
    const { place } = this
    const wrapping: WrappingCursor<In>[] = []
    let inner = scope
    for (const wrap of list.wrappers) {
      const cursor = wrap<In>(inner, place)
      wrapping.push(cursor)
      inner = cursor.inner
    }
    try {
      let cursor = openWithin(part, `inputs[${index}]`, inner, place)
      for (const outer of wrapping.reverse()) {
        outer.wrap(cursor)
        cursor = outer
      }
      return cursor
    } catch (error) {
      this.fail(error, place, EMPTY)
      return EMPTY
    }
  }

  /** Marks what an unfolded junction owns as opened. */
  #markOpened(part: Recipe<In>, scope: Scope): void {
    try {
      markOpened(part, this.#scope)
    } catch (error) {
      throw scope.normalizeError(error, this.place)
    }
  }
}
