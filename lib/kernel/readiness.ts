import { Queue } from './queue.ts'
import type { Scope } from './scope.ts'

/**
 * The inputs that may have news, so that only these need to be asked. Each input is opened in a scope of its own: when that
 * is woken, the input becomes ready and the scope above is woken.
 */
export class Readiness {
  readonly #scope: Scope
  readonly #ready = new Queue<number>()
  readonly #isReady: boolean[] = []

  constructor(scope: Scope) {
    this.#scope = scope
  }

  /** The scope to open this input in. */
  scopeOf(input: number): Scope {
    this.#isReady[input] = false
    return this.#scope.waking(() => {
      if (!this.#isReady[input]) {
        this.#isReady[input] = true
        this.#ready.push(input)
      }
      this.#scope.wake()
    })
  }

  /**
   * Takes the input that has been ready longest; undefined where none is. It may become ready again while it is being
   * asked, and is then taken again: an input that is woken meanwhile is never missed.
   */
  take(): number | undefined {
    const input = this.#ready.shift()
    if (input !== undefined) this.#isReady[input] = false
    return input
  }
}
