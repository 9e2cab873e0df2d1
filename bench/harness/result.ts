/** What was measured, as a JSON file holds it: figures of every round, and nothing computed from them. */
import type { Curve, Race } from '../question.ts'

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memory: string
  readonly system: string
}

/** One run of the bench. */
export interface Run {
  readonly date: string
  readonly machine: Machine
  readonly node: string
  readonly fanpipe: string
  readonly rounds: number
  /** Less than 1 is a trial of whether all ways agree. */
  readonly scale: number
  readonly results: Result[]
}

export type Result = RaceResult | CurveResult | Failure

/** What is not measured here, and why; no part of a run. */
export interface Skipped {
  readonly kind: 'skipped'
  readonly reason: string
}

interface Named {
  /** The question's file, without its ending. */
  readonly name: string
}

export interface Timing {
  /** A unit, one a round. */
  readonly ns: number[]
  /** The peak resident memory in MiB, where the work was done in the process itself. */
  readonly peak: number[]
}

export interface RaceResult extends Named, Omit<Race, 'ways'> {
  readonly items: number
  readonly checksum: number
  readonly ways: Readonly<Record<string, Timing>>
}

export interface CurveResult extends Named, Omit<Curve, 'series'> {
  /** For every x one figure a round. */
  readonly series: Readonly<Record<string, number[][]>>
}

export interface Failure extends Named {
  readonly kind: 'failure'
  readonly reason: string
}
