import type { Cursor } from '../kernel/cursor.ts'
import { AsyncIteratorCursor } from './async-iterable.ts'
import { disown, takeOver } from '../kernel/ownership.ts'
import { type Place } from '../kernel/place.ts'
import { checkOneOpening, type Recipe } from '../kernel/recipe.ts'
import type { Scope } from '../kernel/scope.ts'
import { isObject } from '../kernel/guards.ts'

/** What is used of a `readline.Interface`. */
interface LineInterface {
  [Symbol.asyncIterator](): AsyncIterator<unknown>
  on(event: string, listener: () => void): unknown
  prompt(): void
  close(): void
  readonly closed?: boolean
  readonly input?: { readonly fd?: unknown; readonly write?: unknown; destroy?(): unknown }
}

export function isLineInterface(value: unknown): value is LineInterface {
  const lines = value as Partial<LineInterface>
  return (
    isObject(value) &&
    typeof lines.on === 'function' &&
    typeof lines.prompt === 'function' &&
    typeof lines.close === 'function' &&
    typeof lines[Symbol.asyncIterator] === 'function'
  )
}

/**
 * The lines of a `readline.Interface`, which reads from the moment it is made, and drops what nobody listens to: so its iterator
 * is taken at the call.
 */
export class LineInterfaceRecipe<T> implements Recipe<T> {
  readonly mode = 'objects'
  readonly depth = 1
  readonly parts = []
  readonly #lines: LineInterface
  readonly #argument: string
  readonly #iterator: AsyncIterator<T>
  #opened: object | undefined

  constructor(lines: LineInterface, argument: string) {
    takeOver(lines, argument)
    this.#lines = lines
    this.#argument = argument
    this.#iterator = lines.closed === true ? nothing : (lines[Symbol.asyncIterator]() as AsyncIterator<T>)
  }

  open(scope: Scope, place: Place): Cursor<T> {
    checkOneOpening(this.#opened, this.#argument)
    this.#opened = this
    return new AsyncIteratorCursor<T>(
      { next: () => this.#next(), return: () => this.#close() as Promise<never> },
      scope,
      place,
    )
  }

  release(scope: Scope, place: Place): void | Promise<void> {
    return scope.closing(place, () => this.#close())
  }

  /** The iterator goes on listening: an interface has only one, which its owner gets when he iterates. */
  giveBack(): void {
    disown(this.#lines)
  }

  /** Nobody closes an iterator that has failed, and its interface would stay open. */
  #next(): Promise<IteratorResult<T>> {
    return this.#iterator.next().catch((error: unknown) => {
      void this.#close()
      throw error
    })
  }

  /** Closing leaves the input open; a file that only this interface read would stay so. */
  #close(): unknown {
    const { input } = this.#lines
    this.#lines.close()
    if (input !== undefined && input.write === undefined && input.fd !== 0) input.destroy?.()
    return this.#iterator.return?.()
  }
}

const nothing: AsyncIterator<never> = { next: () => Promise.resolve({ done: true, value: undefined }) }
