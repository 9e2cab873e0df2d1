/** Inputs, sources and sinks that the benchmarks share. */
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { scaled, type Outcome } from './benchmark.ts'

export const ITEMS = scaled(1e6)

export const range = (length: number): number[] => Array.from({ length }, (_, i) => i)

/** 0, 1, 2, … distributed over the sources in round-robin order. */
export const distributeRoundRobin = (sources: number): number[][] =>
  range(sources).map((source) => range(ITEMS / sources).map((i) => i * sources + source))

/** A pseudorandom generator of integers below a limit, the same on every run: xorshift32 (Marsaglia, 2003). */
export function seededRandom(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % limit
  }
}

/** 0, 1, 2, … distributed over the sources at random, so that branch prediction cannot learn which source is next in a merge. */
export function distributeRandomly(sources: number): number[][] {
  const random = seededRandom(1)
  const inputs = range(sources).map((): number[] => [])
  for (const n of range(ITEMS)) inputs[random(sources)]?.push(n)
  return inputs
}

/** An object Readable with the least overhead Node allows: each `read` pushes until `push` returns false. */
export function readableOf(items: readonly unknown[]): Readable {
  let next = 0
  return new Readable({
    objectMode: true,
    read() {
      for (;;) {
        if (next === items.length) {
          this.push(null)
          return
        }
        if (!this.push(items[next++])) return
      }
    },
  })
}

/** A count of numbers and a checksum that depends on their order. */
export class Tally implements Outcome {
  items = 0
  checksum = 0

  add(item: number): void {
    this.items++
    this.checksum = (Math.imul(this.checksum, 31) + item) | 0
  }
}

/** The sum of the outcomes of several branches. */
export const combine = (outcomes: readonly Outcome[]): Outcome =>
  outcomes.reduce((sum, { items, checksum }) => ({
    items: sum.items + items,
    checksum: (sum.checksum + checksum) | 0,
  }))

export const sinkOf = <T>(onItem: (item: T) => void): Writable =>
  new Writable({
    objectMode: true,
    write(item: T, _, done) {
      onItem(item)
      done()
    },
  })

export type Stage = NodeJS.ReadWriteStream | ((source: AsyncIterable<never>) => AsyncIterable<unknown>)
export type Source = NodeJS.ReadableStream | AsyncIterable<unknown>

/** Pipes a source through stages into a Writable that calls `onItem`. */
export const consume = <T>(
  onItem: (item: T) => void,
  source: Source,
  ...stages: readonly Stage[]
): Promise<void> => pipeline([source, ...stages, sinkOf(onItem)] as never)

/** Pipes numbers through stages into a Writable that tallies them. */
export async function drain(source: Source, ...stages: readonly Stage[]): Promise<Outcome> {
  const tally = new Tally()
  await consume((item: number) => tally.add(item), source, ...stages)
  return tally
}

/** Tallies an iterable of numbers in a synchronous loop. */
export function drainSync(items: Iterable<number>): Outcome {
  const tally = new Tally()
  for (const item of items) tally.add(item)
  return tally
}
