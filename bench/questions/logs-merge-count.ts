import { grep } from 'fanpipe'
import { execFileSync, spawnSync } from 'node:child_process'
import { Transform } from 'node:stream'
import { LINES, Logs } from '../data.ts'
import { pour, type Source, type Stage } from '../instruments.ts'
import { faster, within, type Question, type Seen } from '../question.ts'
import { inPython } from '../rivals/python.ts'
import { heapOfLogs, mergeOfLogs, multiSortOfEntries, type Entry } from './logs-merge.ts'

const { paths } = new Logs(8)
const failure = / 50\d /

/** All that `grep -c` tells is how many. */
const seen = (items: number): Seen => ({ items, checksum: items })

async function counted(source: Source, stage: Stage): Promise<Seen> {
  let items = 0
  await pour(() => items++, source, stage)
  return seen(items)
}

async function countedByHand(): Promise<Seen> {
  let items = 0
  for await (const line of heapOfLogs(paths)) if (failure.test(line)) items++
  return seen(items)
}

const filtering = (): Transform =>
  new Transform({
    objectMode: true,
    transform(entry: Entry, _, done) {
      if (failure.test(entry.line)) this.push(entry)
      done()
    },
  })

const env = { ...process.env, LC_ALL: 'C' }
const SORT = 'sort -m | grep -c'
const sort =
  spawnSync('sh', ['-c', 'command -v sort && command -v grep']).status === 0
    ? {
        [SORT]: () =>
          seen(
            Number(execFileSync('sh', ['-c', `sort -m "$@" | grep -c ' 50[0-9] '`, 'sh', ...paths], { env })),
          ),
      }
    : {}

export const question: Question = {
  kind: 'race',
  title: '8 logs merged by time, their lines with a status of 50x counted',
  unit: 'line',
  units: LINES,
  ways: {
    fanpipe: () => counted(mergeOfLogs(paths), grep(failure)),
    'async-generator heap': countedByHand,
    'multi-sort-stream and a Transform': () => counted(multiSortOfEntries(paths), filtering()),
    ...inPython('the chapter, in Python', 'logs', ...paths),
    ...sort,
  },
  targets: [
    faster(2.5, 'async-generator heap', 'multi-sort-stream and a Transform'),
    ...Object.keys(sort).map((name) => within(1.2, name)),
  ],
  notes: [
    'All that is compared is the count, which is all that grep -c tells.',
    'sort and grep are timed with their start, run side by side with LC_ALL=C, and compare whole lines as bytes.',
    'The chapter: generators over open files, heapq.merge by the time, a regular expression; timed from within, without the start of Python.',
    'The async generator and multi-sort-stream, tuned, merge as for logs-merge; the generator is counted without a Writable.',
  ],
}
