/**
 * The definition of a benchmark. Each file in `benchmarks/` exports one as `benchmark`, and the harness runs it. There are two
 * kinds: a race compares several ways of doing the same work, a curve shows how the cost grows with an input size.
 */

/** What one run produced: the number of items and a checksum over them, so that no way can be fast by dropping items. */
export interface Outcome {
  readonly items: number
  readonly checksum: number
  /** The elapsed time, if the way measures it itself, e.g. because another program does the work. */
  readonly ns?: number
  /** Memory in MiB, for curves of memory. */
  readonly mib?: number
}

/** One implementation of a race's work: fanpipe, a peer (another package or hand-written code) or the baseline. */
export type Way = () => Outcome | Promise<Outcome>

/** The maximum cost of `fanpipe`, relative to the cheapest of these ways. */
export interface Target {
  readonly of: readonly string[]
  readonly atMost: number
}

/** fanpipe is at least this many times as fast as the fastest of the named ways. */
export const faster = (times: number, ...than: readonly string[]): Target => ({ of: than, atMost: 1 / times })
/** fanpipe costs at most this many times as much as the cheapest of the named ways. */
export const within = (times: number, ...of: readonly string[]): Target => ({ of, atMost: times })

/** Compares several ways of doing the same work. */
export interface Race {
  readonly kind: 'race'
  readonly title: string
  /** The unit of work, in the singular, such as `item`, `line`, `row` or `KiB`. Costs are given per unit. */
  readonly unit: string
  /** The number of units in one run. */
  readonly units: number
  /** Names that begin with `fanpipe` are ours and `floor` is the baseline; all others are peers. */
  readonly ways: Readonly<Record<string, Way>>
  readonly targets: readonly Target[]
  /** What a reader needs to judge the figures, such as how a peer is configured or what it does not do. */
  readonly notes?: readonly string[]
  /** The maximum number of rounds, for a race whose rounds take long. */
  readonly rounds?: number
  /** A program that has to be installed; the benchmark is skipped otherwise. */
  readonly needs?: string
  /** `false` to time the very first run, without a warm-up. */
  readonly warmUp?: boolean
}

/** Measures how the cost of each series grows with x. */
export interface Curve {
  readonly kind: 'curve'
  readonly title: string
  readonly x: { readonly title: string; readonly values: readonly number[] }
  /** `ns` is the time per item, `mib` the memory that the series reports. */
  readonly y: 'ns' | 'mib'
  readonly series: Readonly<Record<string, (x: number) => Outcome | Promise<Outcome>>>
  /** The maximum growth from the first x to the last: a factor for `ns`, a difference for `mib`. */
  readonly growth: number
  /** Series that must grow by more than that; otherwise the measurement itself is broken. */
  readonly controls?: readonly string[]
  readonly notes?: readonly string[]
}

export type Benchmark = Race | Curve

/** The size of the workload relative to the full one; below 1 for a trial run, which only checks that all ways agree. */
export const SCALE = Number(process.env['FANPIPE_BENCH_SCALE'] ?? 1)
/** Scales a full size and rounds it to a multiple of 64, so that it divides evenly among up to 64 sources. */
export const scaled = (full: number): number => Math.max(64, Math.round((full * SCALE) / 64) * 64)
