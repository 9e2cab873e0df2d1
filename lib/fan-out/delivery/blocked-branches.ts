import { isHeldUpBy } from '../lag.ts'
import type { Consumer } from './delivery.ts'

/** The branches that wait until slower ones have received more, and for which ones each of them waits. */
export class BlockedBranches {
  readonly #laggards = new Map<Consumer, readonly Consumer[]>()
  /** For each blocked branch one of those it waits for: while none of these receives anything, nobody can go on. */
  readonly #watched = new Set<Consumer>()

  get isEmpty(): boolean {
    return this.#laggards.size === 0
  }

  add(branch: Consumer, laggards: readonly Consumer[]): void {
    this.#laggards.set(branch, laggards)
    this.#watched.add(laggards[0] as Consumer)
  }

  delete(branch: Consumer): void {
    this.#laggards.delete(branch)
  }

  isWatched(branch: Consumer): boolean {
    return this.#watched.has(branch)
  }

  /** Removes the branches that nothing holds up any more; returns for each of them those that it has waited for. */
  release(): Map<Consumer, readonly Consumer[]> {
    const released = new Map<Consumer, readonly Consumer[]>()
    this.#watched.clear()
    for (const [branch, laggards] of this.#laggards) {
      const laggard = laggards.find((other) => isHeldUpBy(branch, other))
      if (laggard === undefined) released.set(branch, laggards)
      else this.#watched.add(laggard)
    }
    for (const branch of released.keys()) this.#laggards.delete(branch)
    return released
  }
}
