import type { SourcePath } from '../errors.ts'
import { closeAll, EMPTY, type Cursor, type DONE } from '../kernel/cursor.ts'
import { isObject } from '../kernel/guards.ts'
import { Contents, type Place } from '../kernel/place.ts'
import { openWithin } from '../kernel/open-within.ts'
import { enter } from '../kernel/ownership.ts'
import type { Recipe } from '../kernel/recipe.ts'
import type { Scope } from '../kernel/scope.ts'
import { Frame } from './frame.ts'
import type { InputErrors } from './input-errors.ts'
import type { InputList } from './input-list.ts'

/** The error of an input, kept until that input's turn. */
export interface Failure {
  readonly error: unknown
  /** Where the error came from. Kept here because another input may fail with the same error while this one waits. */
  readonly path: SourcePath | undefined
}

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
  readonly #list: InputList<In>
  /** The place of the input opened last. */
  place: Place

  constructor(list: InputList<In>, scope: Scope, place: Place, errors: InputErrors) {
    this.#scope = scope
    this.#errors = errors
    this.#list = list
    this.place = place
    if (list.bytes) this.#contents = place.contents ?? new Contents()
    this.#frames.push(new Frame(list, place))
  }

  /** Opens the next input; undefined after the last. */
  open(scope = this.#scope): Cursor<In> | undefined {
    for (let frame = this.#frames.at(-1); frame !== undefined; frame = this.#frames.at(-1)) {
      const part = frame.next(this.#scope)
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
      const depth = frame.place.depth + (unfolds ? 0 : 1)
      const accepts = list.bytes ? frame.place.accepts : 'objects'
      this.place = frame.place.input(index, list.labels[index], depth, accepts, this.#contents)
      this.place.defaultLabel(part.label)
      if (!unfolds) return this.#open(part, index, list, scope)
      this.#enter(part, scope)
      this.#frames.push(new Frame(part, this.place))
    }
    return undefined
  }

  /** Opens all inputs, each in the scope that `scopeOf` gives; if one cannot be opened, those before it are closed. */
  openAll(scopeOf: (index: number) => Scope = () => this.#scope): { cursors: Cursor<In>[]; places: Place[] } {
    const cursors: Cursor<In>[] = []
    const places: Place[] = []
    try {
      for (;;) {
        const cursor = this.open(scopeOf(cursors.length))
        if (cursor === undefined) break
        cursors.push(cursor)
        places.push(this.place)
      }
      if (this.#list.lazy !== undefined) this.#list.checkCount(cursors.length)
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
    const error = this.#scope.normalizeError(thrown, place)
    return { error, path: isObject(error) ? place.origins.pathOf(error) : undefined }
  }

  dropFailed({ error, path }: Failure, place: Place, cursor: Cursor<In>): typeof DONE {
    if (path !== undefined) place.origins.note(error as object, path)
    return this.#drop(error, place, cursor)
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

  /** The one place where an input of any fan-in is opened; whatever is thrown is an error of that input. */
  #open(part: Recipe<In>, index: number, list: InputList<In>, scope: Scope): Cursor<In> {
    try {
      let cursor = openWithin(part, `inputs[${index}]`, scope, this.place)
      for (const wrap of list.wrappers) cursor = wrap(cursor, scope, this.place)
      return cursor
    } catch (error) {
      this.fail(error, this.place, EMPTY)
      return EMPTY
    }
  }

  /** Marks what an unfolded junction owns as opened. */
  #enter(part: Recipe<In>, scope: Scope): void {
    try {
      enter(part, this.#scope)
    } catch (error) {
      throw scope.normalizeError(error, this.place)
    }
  }
}
