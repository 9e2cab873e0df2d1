import type { Tournament } from '../tournament.ts'

/** A tournament of the active players and another of the idle, so that many idle players do not slow down the active. */
export class Tiers implements Tournament {
  readonly #active: Tournament
  readonly #idle: Tournament
  readonly #isAhead: (a: number, b: number) => boolean
  #isIdleAhead = false
  winner: number

  constructor(active: Tournament, idle: Tournament, isAhead: (a: number, b: number) => boolean) {
    this.#active = active
    this.#idle = idle
    this.#isAhead = isAhead
    this.winner = this.#playFinal()
  }

  replay(): void {
    if (this.#isIdleAhead) this.#idle.replay()
    else this.#active.replay()
    this.winner = this.#playFinal()
  }

  #playFinal(): number {
    const [active, idle] = [this.#active.winner, this.#idle.winner]
    this.#isIdleAhead = this.#isAhead(idle, active)
    return this.#isIdleAhead ? idle : active
  }
}
