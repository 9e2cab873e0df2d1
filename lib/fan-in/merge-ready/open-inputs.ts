import { EMPTY, type Cursor } from '../../kernel/cursor.ts'
import type { ReadyInput } from './ready-input.ts'

/** The open inputs. They can be found by their sources, each of which may be there more than once. */
export class OpenInputs<T> {
  readonly #bySource = new Map<unknown, Set<ReadyInput<T>>>()
  size = 0

  add(input: ReadyInput<T>): void {
    const same = this.#bySource.get(input.source)
    if (same === undefined) this.#bySource.set(input.source, new Set([input]))
    else same.add(input)
    this.size++
  }

  delete(input: ReadyInput<T>): Cursor<T> {
    const { cursor, source } = input
    const same = this.#bySource.get(source)
    if (same?.delete(input) !== true) return cursor
    if (same.size === 0) this.#bySource.delete(source)
    input.cursor = EMPTY
    input.isOpen = false
    this.size--
    return cursor
  }

  /** Removes the inputs with this source, and returns their cursors. */
  takeAllOf(source: unknown): readonly Cursor<T>[] {
    return this.#take(this.#bySource.get(source) ?? [])
  }

  /** Removes all inputs, and returns their cursors. */
  takeAll(): readonly Cursor<T>[] {
    return this.#take([...this.#bySource.values()].flatMap((same) => [...same]))
  }

  #take(inputs: Iterable<ReadyInput<T>>): readonly Cursor<T>[] {
    return Array.from(inputs, (input) => this.delete(input))
  }
}
