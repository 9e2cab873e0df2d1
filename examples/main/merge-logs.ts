import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { chain, compose, fence, fileSink, filter, isoTime, lineSource, merge, toLines } from 'fanpipe'
import type { Log } from './logs.ts'

const FIRST = 30_000
const timeOf = (line: string): string => line.slice(0, 24)
const failed = (line: string): boolean => / 50\d /.test(line)

/** The first failed requests of all servers, in order of time, as one file. */
export async function mergeLogs(logs: readonly Log[], out: string, signal: AbortSignal): Promise<string> {
  const path = join(out, 'failed.log')
  const began = performance.now()
  await pipeline(
    merge(
      logs.map(({ files }) => chain(files.map((file) => lineSource(file)))),
      { key: isoTime(), labels: logs.map(({ name }) => name) },
    ),
    compose(filter(failed), fence(FIRST), toLines()),
    fileSink(path),
    { signal },
  )
  const took = performance.now() - began
  const { all, expected } = eagerly(logs)
  assert.deepEqual(linesOf(path), expected)
  return (
    `${logs.length} logs of ${all} lines: merged by time, filtered by / 50\\d /, fenced at ${FIRST}, in ${took.toFixed(0)} ms\n` +
    `${path}: ${expected.length} lines, in the order and number that sorting everything gives`
  )
}

const linesOf = (path: string): string[] =>
  readFileSync(path, 'utf8')
    .split(/\r?\n/)
    .filter((line) => line !== '')

/** The same without fanpipe, with everything in memory. */
function eagerly(logs: readonly Log[]): { all: number; expected: string[] } {
  const lines = logs.flatMap(({ files }) => files.flatMap(linesOf))
  const sorted = lines.toSorted((a, b) => (timeOf(a) < timeOf(b) ? -1 : timeOf(a) > timeOf(b) ? 1 : 0))
  return { all: lines.length, expected: sorted.filter(failed).slice(0, FIRST) }
}
