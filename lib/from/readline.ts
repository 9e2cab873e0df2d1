import type { Cursor } from '../kernel/cursor.ts'
import { AsyncIteratorCursor } from './async-iterable.ts'
import { claim } from '../kernel/ownership.ts'
import { type Place } from '../kernel/place.ts'
import type { Owned, Recipe } from '../kernel/recipe.ts'
import type { Scope } from '../kernel/scope.ts'
import { isObject } from '../kernel/guards.ts'

/** The part of `readline.Interface` that we use. */
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
 * The lines of a `readline.Interface`. It starts reading when it is created and drops lines that nobody listens for, so its
 * iterator is created at the call. If the call throws, nothing needs to be undone: the interface has only one iterator, and the
 * caller gets the same one.
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
    this.#iterator = lines.closed === true ? noLines : (lines[Symbol.asyncIterator]() as AsyncIterator<T>)
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

  /** A cursor that has thrown is not closed, so after an error the interface is closed here. */
  #next(): Promise<IteratorResult<T>> {
    return this.#iterator.next().catch((error: unknown) => {
      void this.#close()
      throw error
    })
  }

  /** Closing an interface leaves its input open. A file is destroyed as well; not stdin, nor a socket or terminal. */
  #close(): unknown {
    const { input } = this.subject
    this.subject.close()
    if (input !== undefined && input.write === undefined && input.fd !== 0) input.destroy?.()
    return this.#iterator.return?.()
  }
}

const noLines: AsyncIterator<never> = { next: () => Promise.resolve({ done: true, value: undefined }) }
