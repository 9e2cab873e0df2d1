/** The format of the JSON files: the raw figures of every round, without anything derived from them. */
import type { Curve, Race } from '../benchmark.ts'

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memory: string
  readonly system: string
}

/** One invocation of `npm run bench`. */
export interface Run {
  readonly date: string
  readonly machine: Machine
  readonly node: string
  readonly fanpipe: string
  readonly rounds: number
  /** Other than 1 for a trial run, which only checks that all ways agree. */
  readonly scale: number
  readonly results: Result[]
}

export type Result = RaceResult | CurveResult | Failure

/** A benchmark that cannot run on this machine. It is not saved. */
export interface Skipped {
  readonly kind: 'skipped'
  readonly reason: string
}

interface Named {
  /** The benchmark's file name, without its extension. */
  readonly name: string
}

export interface Timing {
  /** The time per unit, one entry per round. */
  readonly ns: number[]
  /** Peak RSS in MiB, one entry per round; empty if the way measures its own time. */
  readonly peak: number[]
}

export interface RaceResult extends Named, Omit<Race, 'ways'> {
  readonly items: number
  readonly checksum: number
  readonly ways: Readonly<Record<string, Timing>>
}

export interface CurveResult extends Named, Omit<Curve, 'series'> {
  /** For every x, one entry per round. */
  readonly series: Readonly<Record<string, number[][]>>
}

export interface Failure extends Named {
  readonly kind: 'failure'
  readonly reason: string
}
