import { grep } from 'fanpipe'
import { execFileSync, spawnSync } from 'node:child_process'
import { Transform } from 'node:stream'
import { faster, within, type Benchmark, type Outcome } from '../benchmark.ts'
import { LINES, Logs } from '../data.ts'
import { consume, type Source, type Stage } from '../instruments.ts'
import { inPython } from '../peers/python.ts'
import { heapOfLogs, mergeOfLogs, multiSortOfEntries, type Entry } from './logs-merge.ts'

const { paths } = new Logs(8)
const failurePattern = / 50\d /

/** `grep -c` prints nothing but the count, so the count is the checksum too. */
const countOutcome = (items: number): Outcome => ({ items, checksum: items })

async function count(source: Source, stage: Stage): Promise<Outcome> {
  let items = 0
  await consume(() => items++, source, stage)
  return countOutcome(items)
}

async function countWithAsyncHeap(): Promise<Outcome> {
  let items = 0
  for await (const line of heapOfLogs(paths)) if (failurePattern.test(line)) items++
  return countOutcome(items)
}

const filterFailures = (): Transform =>
  new Transform({
    objectMode: true,
    transform(entry: Entry, _, done) {
      if (failurePattern.test(entry.line)) this.push(entry)
      done()
    },
  })

const env = { ...process.env, LC_ALL: 'C' }
const SORT = 'sort -m | grep -c'
const sort =
  spawnSync('sh', ['-c', 'command -v sort && command -v grep']).status === 0
    ? {
        [SORT]: () =>
          countOutcome(
            Number(execFileSync('sh', ['-c', `sort -m "$@" | grep -c ' 50[0-9] '`, 'sh', ...paths], { env })),
          ),
      }
    : {}

export const benchmark: Benchmark = {
  kind: 'race',
  title: '8 logs merged by time, lines with a 50x status counted',
  unit: 'line',
  units: LINES,
  ways: {
    fanpipe: () => count(mergeOfLogs(paths), grep(failurePattern)),
    'async-generator heap': countWithAsyncHeap,
    'multi-sort-stream and a Transform': () => count(multiSortOfEntries(paths), filterFailures()),
    ...inPython('the chapter, in Python', 'logs', ...paths),
    ...sort,
  },
  targets: [
    faster(2.5, 'async-generator heap', 'multi-sort-stream and a Transform'),
    ...Object.keys(sort).map((name) => within(1.2, name)),
  ],
  notes: [
    'Only the count is checked, since grep -c prints nothing else.',
    'The time of sort and grep includes their start-up. They run in parallel with LC_ALL=C, and sort compares whole lines as bytes.',
    '"The chapter" is the usual solution in Python: generators over open files, heapq.merge keyed by time, and a regular expression. It times itself, with the start-up of Python excluded.',
    'The async generator and the tuned multi-sort-stream merge as in logs-merge; lines from the generator are counted without a Writable.',
  ],
}
