/** What a question is: the harness asks it, `questions/` has one a file, each exporting `question`. */

/** What a way has done: how many came out and a checksum of them in their order, so that nobody wins by losing some. */
export interface Seen {
  readonly items: number
  readonly checksum: number
  /** How long it took, where a way has to measure that itself, as another program does. */
  readonly ns?: number
  /** MiB, where a curve is about memory. */
  readonly mib?: number
}

/** One way to do the work. */
export type Way = () => Seen | Promise<Seen>

/** How much `fanpipe` may cost, as a share of what the cheapest of these does. */
export interface Target {
  readonly of: readonly string[]
  readonly atMost: number
}

/** At least so many times as fast as the best of them. */
export const faster = (times: number, ...than: readonly string[]): Target => ({ of: than, atMost: 1 / times })
/** At most so many times the cost of the best of them. */
export const within = (times: number, ...of: readonly string[]): Target => ({ of, atMost: times })

/** The same work done in several ways, side by side. */
export interface Race {
  readonly kind: 'race'
  readonly title: string
  /** What is counted, in the singular: an item, a line, a row, a KiB. */
  readonly unit: string
  /** How many of them the work is. */
  readonly units: number
  /** `fanpipe` is ours, `floor` what nobody can beat, every other what people use today. */
  readonly ways: Readonly<Record<string, Way>>
  readonly targets: readonly Target[]
  /** What a reader has to know to judge: how a rival is used, what it does not do. */
  readonly notes?: readonly string[]
  /** Where a round takes long. */
  readonly rounds?: number
  /** A program without which the question is skipped. */
  readonly needs?: string
  /** `false` where a way is not to be run once before it is timed. */
  readonly warmUp?: boolean
}

/** How cost grows. */
export interface Curve {
  readonly kind: 'curve'
  readonly title: string
  readonly x: { readonly title: string; readonly values: readonly number[] }
  /** `ns` an item, or the `mib` that a series answers. */
  readonly y: 'ns' | 'mib'
  readonly series: Readonly<Record<string, (x: number) => Seen | Promise<Seen>>>
  /** By how much a series may grow from the first x to the last: a factor for `ns`, a difference for `mib`. */
  readonly growth: number
  /** Series that have to grow by more, or the measuring itself is wrong. */
  readonly controls?: readonly string[]
  readonly notes?: readonly string[]
}

export type Question = Race | Curve

/** The share of the full size that is wanted: less for a trial of whether all ways agree. */
export const SCALE = Number(process.env['FANPIPE_BENCH_SCALE'] ?? 1)
/** A full size, scaled; a multiple of 64, so that it can be dealt to as many sources. */
export const scaled = (full: number): number => Math.max(64, Math.round((full * SCALE) / 64) * 64)
