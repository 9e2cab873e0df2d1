/** A benchmark without its functions, so that it can be sent from the child process as JSON. */
import type { Benchmark, Curve, Race } from '../benchmark.ts'

export type Outline = RaceOutline | CurveOutline
export type RaceOutline = Omit<Race, 'ways'> & { readonly ways: readonly string[] }
export type CurveOutline = Omit<Curve, 'series'> & { readonly series: readonly string[] }

export function outline(benchmark: Benchmark): Outline {
  return benchmark.kind === 'race'
    ? { ...benchmark, ways: Object.keys(benchmark.ways) }
    : { ...benchmark, series: Object.keys(benchmark.series) }
}
