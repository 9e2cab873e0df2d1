/** Runs a race: each run in a fresh process, the ways in turn (A B C A B C), so that drift affects all of them alike. */
import type { Measurement } from './child.ts'
import type { RaceOutline } from './outline.ts'
import type { RaceResult, Timing } from './result.ts'
import { runWay, type Script } from './run-child.ts'

export const raceRounds = (race: RaceOutline, rounds: number): number =>
  Math.min(race.rounds ?? rounds, rounds)

export async function runRace(
  name: string,
  race: RaceOutline,
  script: Script,
  rounds: number,
  onStep: () => void,
): Promise<RaceResult> {
  const ways: Record<string, Timing> = Object.fromEntries(race.ways.map((way) => [way, { ns: [], peak: [] }]))
  if (ways['fanpipe'] === undefined) throw new Error('a race needs a way named "fanpipe"')
  const outcomes = new Outcomes()
  for (let round = 0; round < raceRounds(race, rounds); round++) {
    for (const [way, { ns, peak }] of Object.entries(ways)) {
      const answer = await runWay(script, way)
      outcomes.add(way, answer)
      ns.push(answer.ns / race.units)
      if (answer.peak !== undefined) peak.push(answer.peak)
      onStep()
    }
    outcomes.check()
  }
  return { ...race, name, ...outcomes.agreed(), ways }
}

/** Groups the ways by what they produced. */
class Outcomes {
  readonly #ways = new Map<string, Set<string>>()
  #latest = { items: 0, checksum: 0 }

  add(way: string, { items, checksum }: Measurement): void {
    this.#latest = { items, checksum }
    const outcome = `${items} items, checksum ${checksum}`
    this.#ways.set(outcome, (this.#ways.get(outcome) ?? new Set()).add(way))
  }

  check(): void {
    if (this.#ways.size === 1) return
    const each = [...this.#ways].map(([outcome, ways]) => `${[...ways].join(', ')} produced ${outcome}`)
    throw new Error(['the ways produced different output:', ...each].join('\n    '))
  }

  agreed(): { items: number; checksum: number } {
    return this.#latest
  }
}
