/** Ratios to ours, and whether what was aimed at is met. */
import { median, min } from 'simple-statistics'
import type { Target } from '../question.ts'
import { factor, figure } from './numbers.ts'
import type { CurveResult, RaceResult } from './result.ts'
import type { Column } from './runs.ts'

export interface Verdict {
  readonly aim: string
  readonly got: string
  readonly met: boolean
  /** Nothing of what it is measured by is to be had on this machine. */
  readonly skipped?: boolean
}

export const told = ({ aim, got, met, skipped }: Verdict): string =>
  skipped === true ? `skipped: ${aim}; ${got}` : `${met ? 'met' : 'MISSED'}: ${aim}; it is ${got}`

/** What people use today: neither ours nor the floor. */
export const peersOf = (race: RaceResult): string[] =>
  Object.keys(race.ways).filter((way) => !way.startsWith('fanpipe') && way !== 'floor')

/** What a way takes as a multiple of ours, round by round, and then the median. */
export const ratioOf = (race: RaceResult, way: string): number =>
  median(roundsOf(race, 'fanpipe').map((ours, round) => (roundsOf(race, way)[round] ?? NaN) / ours))

/** The fastest of the peers, and how many times as fast as it we are. */
export function bestPeer(race: RaceResult): { way: string; times: number } | undefined {
  const [best] = peersOf(race)
    .map((way) => ({ way, times: ratioOf(race, way) }))
    .sort((a, b) => a.times - b.times)
  return best
}

const roundsOf = (race: RaceResult, way: string): number[] => race.ways[way]?.ns ?? []

/** None of a trial, whose figures mean nothing. */
export function verdicts({ run, result }: Column): Verdict[] {
  if (run.scale !== 1) return []
  if (result.kind === 'race') return result.targets.map((target) => ofTarget(result, target))
  return result.kind === 'curve' ? Object.keys(result.series).map((name) => ofSeries(result, name)) : []
}

function ofTarget(race: RaceResult, { of, atMost }: Target): Verdict {
  const present = of.filter((way) => race.ways[way] !== undefined)
  const absent = of.filter((way) => race.ways[way] === undefined)
  const fast = atMost < 1
  const best = of.length > 1 ? ' the best of' : ''
  const aim = fast
    ? `at least ${factor(1 / atMost)} times as fast as`
    : `at most ${factor(atMost)} times the cost of`
  if (present.length === 0)
    return { aim: `${aim} ${quoted(of)}`, got: 'not to be had here', met: true, skipped: true }
  const share = median(
    roundsOf(race, 'fanpipe').map(
      (ours, round) => ours / min(present.map((way) => roundsOf(race, way)[round] ?? NaN)),
    ),
  )
  const met = share <= atMost
  const got = [factor(fast ? 1 / share : share), distance(share / atMost)]
  if (absent.length > 0) got.push(`without ${quoted(absent)}, not to be had here`)
  return { aim: `${aim}${best} ${quoted(of)}`, got: got.join(', '), met }
}

/** How far the cost is from what was allowed. */
function distance(used: number): string {
  const percent = Math.round(Math.abs(1 - used) * 100)
  return used <= 1 ? `${percent} % to spare` : `${percent} % too much`
}

function ofSeries({ series, controls = [], y, growth }: CurveResult, name: string): Verdict {
  const points = (series[name] ?? []).map((rounds) => median(rounds))
  const [first = NaN, last = NaN] = [points[0], points.at(-1)]
  const grown = y === 'ns' ? last / first : last - first
  const most = y === 'ns' ? `to ${growth} times` : `by ${growth} MiB`
  const got = y === 'ns' ? factor(grown) : figure(grown)
  return controls.includes(name)
    ? { aim: `${quoted([name])} has to grow ${most} and more`, got, met: grown > growth }
    : { aim: `${quoted([name])} may grow ${most}`, got, met: grown <= growth }
}

const quoted = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ')
