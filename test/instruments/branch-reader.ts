import { isItem, PENDING, type Step } from '../../lib/kernel/cursor.ts'
import type { Recipe } from '../../lib/kernel/recipe.ts'
import { Root } from '../../lib/kernel/root.ts'

/** Pulls items from one branch, as a face does. */
export class BranchReader<T> {
  readonly #root: Root<T>

  constructor(branch: Recipe<T>) {
    this.#root = new Root(
      branch,
      'iter',
      {},
      { wake: () => undefined, fail: () => undefined, mustAnswer: true },
    )
  }

  next(): T | 'waits' | 'end' {
    let step: Step<T>
    try {
      step = (this.#root.cursor ?? this.#root.open()).next()
    } catch (error) {
      void this.#root.fail(error)
      throw error
    }
    if (isItem(step)) return step
    if (step === PENDING) return 'waits'
    this.#root.ended()
    return 'end'
  }

  close(): void {
    void this.#root.close()
  }
}
