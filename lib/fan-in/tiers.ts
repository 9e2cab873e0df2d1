/** Who of some players is ahead of all others; players are numbers. */
export interface Tournament {
  readonly winner: number
  /** The winner's key has changed. */
  replay(): void
}

/** A tournament of the active players and one of the idle, so that the active do not pay for how many are idle. */
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
    this.winner = this.#first()
  }

  replay(): void {
    if (this.#isIdleAhead) this.#idle.replay()
    else this.#active.replay()
    this.winner = this.#first()
  }

  #first(): number {
    const [active, idle] = [this.#active.winner, this.#idle.winner]
    this.#isIdleAhead = this.#isAhead(idle, active)
    return this.#isIdleAhead ? idle : active
  }
}
