/** What every question is asked with. */
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** One way to do the work; gives how many items it saw and a checksum of their order, so that nobody wins by losing some. */
export type Way = () => Seen | Promise<Seen>
export interface Seen {
  readonly items: number
  readonly checksum: number
}

/** One piece of work and the ways to do it; the first is ours, and `floor` what nobody can beat. */
export interface Question {
  readonly title: string
  readonly ways: Readonly<Record<string, Way>>
}

export const SOURCES = 8
export const EACH = 125_000

/** 0, 1, 2, … dealt round to the sources, so that each is sorted and merging them is not trivial. */
export const dealt = Array.from({ length: SOURCES }, (_, source) =>
  Array.from({ length: EACH }, (_, i) => i * SOURCES + source),
)

/** A Readable at Node's best: it pushes until it is told to stop. */
export function readableOf(items: readonly number[]): Readable {
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

/** What one writes by hand to chain streams. */
export async function* inTurn(streams: readonly Readable[]): AsyncGenerator<number> {
  for (const stream of streams) yield* stream
}

export class Tally {
  items = 0
  checksum = 0

  add(item: number): void {
    this.items++
    this.checksum = (Math.imul(this.checksum, 31) + item) | 0
  }
}

/** Into a Writable that counts. */
export async function drain(source: NodeJS.ReadableStream | AsyncIterable<number>): Promise<Seen> {
  const tally = new Tally()
  const sink = new Writable({
    objectMode: true,
    write(item: number, _, done) {
      tally.add(item)
      done()
    },
  })
  await pipeline(source, sink)
  return tally
}

export function tallied(items: Iterable<number>): Seen {
  const tally = new Tally()
  for (const item of items) tally.add(item)
  return tally
}
