import type { Cursor } from '../kernel/cursor.ts'
import { AsyncIteratorCursor } from './async-iterable.ts'
import { claim } from '../kernel/ownership.ts'
import { type Place } from '../kernel/place.ts'
import type { Owned, Recipe } from '../kernel/recipe.ts'
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
 * is taken at the call. It has only one, which goes on listening if the call is refused: its owner gets the same.
 */
export class LineInterfaceRecipe<T> implements Recipe<T>, Owned {
  readonly mode = 'objects'
  readonly depth = 1
  readonly parts = []
  readonly owned = this
  readonly subject: LineInterface
  readonly argument: string
  readonly #iterator: AsyncIterator<T>

  constructor(lines: LineInterface, argument: string) {
    claim(lines, argument)
    this.subject = lines
    this.argument = argument
    this.#iterator = lines.closed === true ? nothing : (lines[Symbol.asyncIterator]() as AsyncIterator<T>)
  }

  open(scope: Scope, place: Place): Cursor<T> {
    return new AsyncIteratorCursor<T>(
      { next: () => this.#next(), return: () => this.#close() as Promise<never> },
      scope,
      place,
    )
  }

  release(scope: Scope, place: Place): void | Promise<void> {
    return scope.closing(place, () => this.#close())
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
    const { input } = this.subject
    this.subject.close()
    if (input !== undefined && input.write === undefined && input.fd !== 0) input.destroy?.()
    return this.#iterator.return?.()
  }
}

const nothing: AsyncIterator<never> = { next: () => Promise.resolve({ done: true, value: undefined }) }
