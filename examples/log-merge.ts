/** The first matching lines of many logs, merged by time. `merge` rejects a log that is nearly sorted; `mergeBoundedLateness` sorts it. */
import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  chain,
  compose,
  fence,
  fromSource,
  grep,
  isoTime,
  lineSource,
  merge,
  mergeBoundedLateness,
  pipe,
} from 'fanpipe'
import type { Source } from 'fanpipe'
import { makeLogs } from './main/logs.ts'

type Logs = readonly Source<string>[]

const matches = (lines: () => AsyncIterable<string>, pattern: RegExp, first: number) =>
  compose(fromSource(lines), grep(pattern), fence(first))

/** The first lines of sorted logs that match, by time. */
export const firstMatches = (logs: Logs, pattern: RegExp, first: number, labels?: readonly string[]) =>
  matches(() => merge(logs, { key: isoTime(), labels }), pattern, first)

/** The same for logs in which no line is more than `lateness` milliseconds late. */
export const firstMatchesNearly = (logs: Logs, pattern: RegExp, first: number, lateness: number) => {
  const options = { time: isoTime(), lateness }
  return matches(() => mergeBoundedLateness(logs, options), pattern, first)
}

const log = (files: readonly string[]) => () => chain(files.map((file) => lineSource(file)))

export async function main(): Promise<void> {
  const logs = await makeLogs(join('out', 'logs'), new AbortController().signal)
  const sources = logs.map(({ files }) => log(files))
  for await (const line of firstMatches(sources, / 503 /, 5)()) console.log(line)

  const unsorted = join('out', 'unsorted.log')
  await writeFile(unsorted, '2026-01-01T00:00:05.000Z late GET / 503 1ms\n')
  await appendFile(unsorted, '2026-01-01T00:00:01.000Z late GET / 503 1ms\n')
  const labels = [...logs.map(({ name }) => name), unsorted]
  const both = [...sources, lineSource(unsorted)]
  const refused = pipe(firstMatches(both, / late /, 2, labels)()).toArray()
  console.log(`\n${String(await refused.catch((error: unknown) => error))}\n`)
  for await (const line of firstMatchesNearly(both, / late /, 2, 5000)()) console.log(line)
}
