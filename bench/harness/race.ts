/** The ways of a race, each in fresh processes, in turn: A B C A B C. */
import { askWay, type Asked } from './ask.ts'
import type { Answer } from './child.ts'
import type { RaceOutline } from './outline.ts'
import type { RaceResult, Timing } from './result.ts'

export const raceRounds = (race: RaceOutline, most: number): number => Math.min(race.rounds ?? most, most)

export async function runRace(
  name: string,
  race: RaceOutline,
  asked: Asked,
  most: number,
  step: () => void,
): Promise<RaceResult> {
  const ways: Record<string, Timing> = Object.fromEntries(race.ways.map((way) => [way, { ns: [], peak: [] }]))
  if (ways['fanpipe'] === undefined) throw new Error('there is no way "fanpipe" in this race')
  const outcomes = new Outcomes()
  for (let round = 0; round < raceRounds(race, most); round++) {
    for (const [way, { ns, peak }] of Object.entries(ways)) {
      const answer = await askWay(asked, way)
      outcomes.add(way, answer)
      ns.push(answer.ns / race.units)
      if (answer.peak !== undefined) peak.push(answer.peak)
      step()
    }
    outcomes.check()
  }
  return { ...race, name, ...outcomes.agreed(), ways }
}

/** What came out, and of which ways. */
class Outcomes {
  readonly #ways = new Map<string, Set<string>>()
  #seen = { items: 0, checksum: 0 }

  add(way: string, { items, checksum }: Answer): void {
    this.#seen = { items, checksum }
    const outcome = `${items} items with checksum ${checksum}`
    this.#ways.set(outcome, (this.#ways.get(outcome) ?? new Set()).add(way))
  }

  check(): void {
    if (this.#ways.size === 1) return
    const each = [...this.#ways].map(([outcome, ways]) => `${[...ways].join(', ')} gave ${outcome}`)
    throw new Error(['the ways disagree:', ...each].join('\n    '))
  }

  agreed(): { items: number; checksum: number } {
    return this.#seen
  }
}
