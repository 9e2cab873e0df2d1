import { map, merge as mergeSorted, mergeBoundedLateness, pipe, toLines } from '../index.ts'
import { command } from './command.ts'
import { explainFiles } from './explain-files.ts'
import type { Input } from './input.ts'
import { findInputs, followedLinesOf, linesOf } from './inputs.ts'
import { INTERRUPTED, OK, type Io } from './io.ts'
import { checkKeys, type Line } from './line.ts'
import { explainMerge, needsLate } from './merge-failure.ts'
import { readMergeSettings, type MergeSettings } from './merge-settings.ts'
import { mergeSpec } from './merge-spec.ts'
import { neededLateness } from './needed-lateness.ts'
import { newestTime } from './newest-time.ts'
import { say } from './report.ts'
import { bytesOf, writeOut } from './write-out.ts'
import { selecting, selector } from './select.ts'

/** How long a file that is followed may hold up the others, in milliseconds. */
const IDLE = 1000

const NEVER = new AbortController().signal

export const merge = command(mergeSpec, async (parsed, io) => {
  const settings = readMergeSettings(parsed)
  const inputs = await findInputs(settings, io)
  try {
    if (settings.only === 'explain') await explainFiles(inputs, settings, io)
    else if (settings.only === 'check') await drain(merged(inputs, settings, io))
    else await write(inputs, settings, io)
  } catch (error) {
    const needed = needsLate(error, settings)
      ? await neededLateness(inputs, io).catch(() => undefined)
      : undefined
    throw explainMerge(error, settings, needed)
  }
  return io.signal.aborted ? INTERRUPTED : OK
})

async function write(inputs: readonly Input[], settings: MergeSettings, io: Io): Promise<void> {
  const { output, last, hasLabels } = settings
  const since = last === undefined ? settings.since : (await newestTime(inputs, io)) - last
  const criteria = { ...settings, since: Math.max(since ?? -Infinity, settings.since ?? -Infinity) }
  const textOf = hasLabels ? labelled : plain
  const selectLate = selector(criteria)
  let late = 0
  const onLate = (line: Line): void => {
    late++
    for (const selected of selectLate(line)) io.stdout.write(bytesOf(`${textOf(selected)}\n`))
  }
  const text = pipe(
    merged(inputs, settings, io, onLate),
    selecting(criteria),
    map(textOf),
    toLines(),
    map(bytesOf),
  )
  // Ctrl-C ends the files that are followed, and what is held is still written.
  const signal = settings.follows ? NEVER : io.signal
  try {
    await writeOut(text, output, { ...io, signal })
  } finally {
    if (late > 0) say(`late lines, printed as they came: ${late}`, io)
  }
}

/** The lines of all inputs in order. Lines without a key stay with the line before them. */
function merged(inputs: readonly Input[], settings: MergeSettings, io: Io, onLate?: (line: Line) => void) {
  const { isReversed, lateness, follows } = settings
  const lines = inputs.map((input) =>
    pipe((follows ? followedLinesOf : linesOf)(input, io), checkKeys(input)),
  )
  const options = { keyless: 'follow', labels: inputs.map(({ name }) => name) } as const
  const [time, { signal }] = [(line: Line) => line.key as number, io]
  if (lateness === undefined)
    return mergeSorted(lines, { ...options, key: time, reverse: isReversed, signal })
  return mergeBoundedLateness(lines, {
    ...options,
    time,
    lateness,
    ...(follows ? { idle: IDLE, late: onLate } : { signal }),
  })
}

const plain = ({ text }: Line): string => text
const labelled = ({ text, input }: Line): string => `${input.label}: ${text}`

async function drain(lines: AsyncIterable<unknown>): Promise<void> {
  const items = lines[Symbol.asyncIterator]()
  while ((await items.next()).done !== true);
}
