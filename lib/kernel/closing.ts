import { DONE, PENDING, type Cursor } from './cursor.ts'
import type { Scope } from './scope.ts'

/** Closes an upstream early. While that takes time, `step()` is PENDING, and the scope is woken when it becomes DONE. */
export class Closing {
  readonly #upstream: Pick<Cursor<unknown>, 'close'>
  readonly #scope: Scope
  #state: 'open' | 'closing' | 'closed' = 'open'
  #promise: void | Promise<void> = undefined

  constructor(upstream: Pick<Cursor<unknown>, 'close'>, scope: Scope) {
    this.#upstream = upstream
    this.#scope = scope
  }

  get begun(): boolean {
    return this.#state !== 'open'
  }

  begin(): void | Promise<void> {
    if (this.begun) return this.#promise
    const closing = this.#upstream.close()
    this.#state = closing === undefined ? 'closed' : 'closing'
    this.#promise = closing?.then(() => {
      this.#state = 'closed'
      this.#scope.wake()
    })
    return this.#promise
  }

  step(): typeof PENDING | typeof DONE {
    return this.#state === 'closed' ? DONE : PENDING
  }
}
