import { isoTime, lineSource, merge } from 'fanpipe'
import multiSort from 'multi-sort-stream'
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import split2 from 'split2'
import { LINES, Logs, LineTally } from '../data.ts'
import { pour, type Source } from '../instruments.ts'
import { within, type Question, type Seen } from '../question.ts'
import { mergedByAsyncHeap } from '../rivals/async-heap.ts'

const logs = new Logs(8)

export const mergeOfLogs = (paths: readonly string[]): Readable =>
  merge(
    paths.map((path) => lineSource(path)),
    { key: isoTime() },
  )

/** Compares lines as a whole, which is cheaper than cutting the time out of them. */
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

async function inOrder(source: Source): Promise<Seen> {
  const tally = new LineTally()
  await pour((line: string) => tally.add(line), source)
  return logs.merged(tally)
}

async function entriesInOrder(source: Source): Promise<Seen> {
  const tally = new LineTally()
  await pour(({ line }: Entry) => tally.add(line), source)
  return logs.merged(tally)
}

async function oneAfterTheOther(): Promise<Seen> {
  const tally = new LineTally()
  for (const path of logs.paths)
    await pour((line: string) => tally.add(line), createReadStream(path), split2())
  return tally
}

const WITHOUT_MERGING = 'split2 alone, file after file'

export const question: Question = {
  kind: 'race',
  title: '8 logs merged by time into a Writable',
  unit: 'line',
  units: LINES,
  ways: {
    fanpipe: () => inOrder(mergeOfLogs(logs.paths)),
    [WITHOUT_MERGING]: oneAfterTheOther,
    'multi-sort-stream': () => inOrder(multiSortOfLogs(logs.paths)),
    'multi-sort-stream, tuned': () => entriesInOrder(multiSortOfEntries(logs.paths)),
    'async-generator heap': () => inOrder(heapOfLogs(logs.paths)),
  },
  targets: [within(1, WITHOUT_MERGING)],
  notes: [
    'The checksum is the same for any order; the ways that merge fail unless theirs is that of the time, ties by file.',
    'split2 alone merges nothing: it is what reading the lines costs anyway.',
    'multi-sort-stream compares whole lines, as its documentation has it; tuned, times that split2 parses once a line.',
    "multi-sort-stream does not handle an input's error, and pipe does not pass the error of a file on.",
    'The async generator reads its lines with readline, keeps its heap with heap-js, and compares whole lines.',
  ],
}
