/** Computes how ways compare with fanpipe, and whether the targets are met. */
import { median, min } from 'simple-statistics'
import type { Target } from '../benchmark.ts'
import { factor, figure } from './numbers.ts'
import type { CurveResult, RaceResult } from './result.ts'
import type { Column } from './runs.ts'

export interface Verdict {
  readonly target: string
  readonly actual: string
  readonly met: boolean
  /** None of the ways to compare with is available on this machine. */
  readonly skipped?: boolean
}

export const describe = ({ target, actual, met, skipped }: Verdict): string =>
  skipped === true
    ? `target skipped: ${target}; ${actual}`
    : `target ${met ? 'met' : 'MISSED'}: ${target}; measured ${actual}`

/** The names of the ways that are neither fanpipe nor the baseline. */
export const peersOf = (race: RaceResult): string[] =>
  Object.keys(race.ways).filter((way) => !way.startsWith('fanpipe') && way !== 'floor')

/** The cost of a way as a multiple of that of fanpipe: the median of the ratios of each round. */
export const ratioOf = (race: RaceResult, way: string): number =>
  median(roundsOf(race, 'fanpipe').map((ours, round) => (roundsOf(race, way)[round] ?? NaN) / ours))

/** The fastest peer, and how many times as fast fanpipe is. */
export function fastestPeer(race: RaceResult): { way: string; times: number } | undefined {
  const [fastest] = peersOf(race)
    .map((way) => ({ way, times: ratioOf(race, way) }))
    .sort((a, b) => a.times - b.times)
  return fastest
}

const roundsOf = (race: RaceResult, way: string): number[] => race.ways[way]?.ns ?? []

/** Empty for a trial run, whose figures mean nothing. */
export function verdicts({ run, result }: Column): Verdict[] {
  if (run.scale !== 1) return []
  if (result.kind === 'race') return result.targets.map((target) => ofTarget(result, target))
  return result.kind === 'curve' ? Object.keys(result.series).map((name) => ofSeries(result, name)) : []
}

function ofTarget(race: RaceResult, { of, atMost }: Target): Verdict {
  const present = of.filter((way) => race.ways[way] !== undefined)
  const absent = of.filter((way) => race.ways[way] === undefined)
  const isSpeedup = atMost < 1
  const cheapest = of.length > 1 ? (isSpeedup ? ' the fastest of' : ' the cheapest of') : ''
  const relation = isSpeedup
    ? `at least ${factor(1 / atMost)} times as fast as`
    : `at most ${factor(atMost)} times the cost of`
  if (present.length === 0)
    return { target: `${relation} ${quoted(of)}`, actual: 'not available here', met: true, skipped: true }
  const share = median(
    roundsOf(race, 'fanpipe').map(
      (ours, round) => ours / min(present.map((way) => roundsOf(race, way)[round] ?? NaN)),
    ),
  )
  const met = share <= atMost
  const actual = [factor(isSpeedup ? 1 / share : share), margin(share / atMost)]
  if (absent.length > 0) actual.push(`without ${quoted(absent)}, which is not available here`)
  return { target: `${relation}${cheapest} ${quoted(of)}`, actual: actual.join(', '), met }
}

/** How far the cost is below or above the allowed maximum. */
function margin(used: number): string {
  const percent = Math.round(Math.abs(1 - used) * 100)
  return used <= 1 ? `${percent}% to spare` : `cost ${percent}% over the limit`
}

function ofSeries({ series, controls = [], y, growth }: CurveResult, name: string): Verdict {
  const points = (series[name] ?? []).map((rounds) => median(rounds))
  const [first = NaN, last = NaN] = [points[0], points.at(-1)]
  const actualGrowth = y === 'ns' ? last / first : last - first
  const limit = y === 'ns' ? `a factor of ${growth}` : `${growth} MiB`
  const actual = y === 'ns' ? factor(actualGrowth) : figure(actualGrowth)
  return controls.includes(name)
    ? { target: `${quoted([name])} grows by more than ${limit}`, actual, met: actualGrowth > growth }
    : { target: `${quoted([name])} grows by at most ${limit}`, actual, met: actualGrowth <= growth }
}

const quoted = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ')
