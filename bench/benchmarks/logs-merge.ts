import { isoTime, lineSource, merge } from 'fanpipe'
import multiSort from 'multi-sort-stream'
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import split2 from 'split2'
import { within, type Benchmark, type Outcome } from '../benchmark.ts'
import { LINES, LineTally, Logs } from '../data.ts'
import { consume, type Source } from '../instruments.ts'
import { mergedByAsyncHeap } from '../peers/async-heap.ts'

const logs = new Logs(8)

export const mergeOfLogs = (paths: readonly string[]): Readable =>
  merge(
    paths.map((path) => lineSource(path)),
    { key: isoTime() },
  )

/** Compares whole lines, which is cheaper than extracting the time from each. */
const byTime = (a: string, b: string): number => (a < b ? -1 : +1)

export const heapOfLogs = (paths: readonly string[]): AsyncIterable<string> =>
  mergedByAsyncHeap(
    paths.map((path) => createInterface({ input: createReadStream(path), crlfDelay: Infinity })),
    byTime,
  )

const multiSortOfLogs = (paths: readonly string[]): Readable =>
  multiSort(
    paths.map((path) => createReadStream(path).pipe(split2())),
    byTime,
  )

export interface Entry {
  readonly time: number
  readonly line: string
}
const toEntry = (line: string): Entry => ({ time: Date.parse(line.slice(0, 24)), line })

export const multiSortOfEntries = (paths: readonly string[]): Readable =>
  multiSort<Entry>(
    paths.map((path) => createReadStream(path).pipe(split2(toEntry))),
    (a, b) => a.time - b.time,
  )

async function consumeInOrder(source: Source): Promise<Outcome> {
  const tally = new LineTally()
  await consume((line: string) => tally.add(line), source)
  return logs.verifyOrder(tally)
}

async function consumeEntriesInOrder(source: Source): Promise<Outcome> {
  const tally = new LineTally()
  await consume(({ line }: Entry) => tally.add(line), source)
  return logs.verifyOrder(tally)
}

async function readFileAfterFile(): Promise<Outcome> {
  const tally = new LineTally()
  for (const path of logs.paths)
    await consume((line: string) => tally.add(line), createReadStream(path), split2())
  return tally
}

const WITHOUT_MERGING = 'split2 alone, file after file'

export const benchmark: Benchmark = {
  kind: 'race',
  title: '8 logs merged by time into a Writable',
  unit: 'line',
  units: LINES,
  ways: {
    fanpipe: () => consumeInOrder(mergeOfLogs(logs.paths)),
    [WITHOUT_MERGING]: readFileAfterFile,
    'multi-sort-stream': () => consumeInOrder(multiSortOfLogs(logs.paths)),
    'multi-sort-stream, tuned': () => consumeEntriesInOrder(multiSortOfEntries(logs.paths)),
    'async-generator heap': () => consumeInOrder(heapOfLogs(logs.paths)),
  },
  targets: [within(1, WITHOUT_MERGING)],
  notes: [
    'The checksum ignores the order; ways that merge additionally fail unless lines are ordered by time, ties in file order.',
    'split2 alone does not merge: it shows the cost of just reading the lines.',
    'multi-sort-stream compares whole lines, as in its documentation; the tuned version compares times, parsed by split2 once per line.',
    'multi-sort-stream does not handle errors of its inputs, and pipe does not forward file errors.',
    'The async generator reads lines with readline, uses heap-js, and compares whole lines.',
  ],
}
