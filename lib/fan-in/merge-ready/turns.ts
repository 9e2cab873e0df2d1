import type { Scope } from '../../kernel/scope.ts'

/** After this many items in a row, inputs that wait for a promise or an event get a turn. A Readable buffers as many. */
const ITEMS_IN_A_ROW = 16

/** Counts the items given in a row, and pauses the output so that promises settle and events arrive. */
export class Turns {
  isPausing = false
  readonly #scope: Scope
  #itemsInARow = 0

  constructor(scope: Scope) {
    this.#scope = scope
  }

  get isDue(): boolean {
    return this.#itemsInARow >= ITEMS_IN_A_ROW
  }

  onItem(): void {
    this.#itemsInARow++
  }

  restart(): void {
    this.#itemsInARow = 0
  }

  pause(): void {
    this.isPausing = true
    queueMicrotask(() => {
      this.isPausing = false
      this.#scope.wake()
    })
  }
}
