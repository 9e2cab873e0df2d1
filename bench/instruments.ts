/** What every question is asked with. */
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { scaled, type Seen } from './question.ts'

export const ITEMS = scaled(1e6)

export const naturals = (length: number): number[] => Array.from({ length }, (_, i) => i)

/** 0, 1, 2, … dealt round to the sources, to each as many. */
export const dealt = (sources: number): number[][] =>
  naturals(sources).map((source) => naturals(ITEMS / sources).map((i) => i * sources + source))

/** 0, 1, … as if by chance, below the number that each call names, and the same every time: xorshift32 (Marsaglia, 2003). */
export function dice(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

/** 0, 1, 2, … to sources as if by chance: each is sorted, and no processor foresees which of them is the next to merge. */
export function strewn(sources: number): number[][] {
  const random = dice(1)
  const inputs = naturals(sources).map((): number[] => [])
  for (const n of naturals(ITEMS)) inputs[random(sources)]?.push(n)
  return inputs
}

/** A Readable at Node's best: it pushes until it is told to stop. */
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

export class Tally implements Seen {
  items = 0
  checksum = 0

  add(item: number): void {
    this.items++
    this.checksum = (Math.imul(this.checksum, 31) + item) | 0
  }
}

export function tallied(items: Iterable<number>): Seen {
  const tally = new Tally()
  for (const item of items) tally.add(item)
  return tally
}

/** What several have seen, as one. */
export const together = (seen: readonly Seen[]): Seen =>
  seen.reduce((sum, { items, checksum }) => ({
    items: sum.items + items,
    checksum: (sum.checksum + checksum) | 0,
  }))

export const sinkOf = <T>(see: (item: T) => void): Writable =>
  new Writable({
    objectMode: true,
    write(item: T, _, done) {
      see(item)
      done()
    },
  })

export type Stage = NodeJS.ReadWriteStream | ((source: AsyncIterable<never>) => AsyncIterable<unknown>)
export type Source = NodeJS.ReadableStream | AsyncIterable<unknown>

/** Through stages into a Writable that looks at each item. */
export const pour = <T>(see: (item: T) => void, source: Source, ...stages: readonly Stage[]): Promise<void> =>
  pipeline([source, ...stages, sinkOf(see)] as never)

/** The same with numbers, which are counted. */
export async function drain(source: Source, ...stages: readonly Stage[]): Promise<Seen> {
  const tally = new Tally()
  await pour((item: number) => tally.add(item), source, ...stages)
  return tally
}
