import { map, merge as mergeSorted, mergeBoundedLateness, pipe, toLines } from '../index.ts'
import { command } from './command.ts'
import { explainFiles } from './explain-files.ts'
import type { Input } from './input.ts'
import { findInputs, linesOf } from './inputs.ts'
import { OK, type Io } from './io.ts'
import { checkKeys, type Line } from './line.ts'
import { explainMerge } from './merge-failure.ts'
import { readMergeSettings, type MergeSettings } from './merge-settings.ts'
import { mergeSpec } from './merge-spec.ts'
import { newestTime } from './newest-time.ts'
import { bytesOf, writeOut } from './write-out.ts'
import { selecting, selector } from './select.ts'

/** How long a file that is followed may hold up the others, in milliseconds. */
const IDLE = 1000

export const merge = command(mergeSpec, async (parsed, io) => {
  const settings = readMergeSettings(parsed)
  const inputs = await findInputs(settings.files, settings.keys, settings.follows, io)
  try {
    if (settings.only === 'explain') await explainFiles(inputs, settings, io)
    else if (settings.only === 'check') await drain(merged(inputs, settings, io))
    else await write(inputs, settings, io)
  } catch (error) {
    throw explainMerge(error, settings)
  }
  return OK
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
  try {
    await writeOut(text, output, io)
  } finally {
    if (late > 0) io.stderr.write(`fanpipe: late lines, printed as they came: ${late}\n`)
  }
}

/** The lines of all inputs in order. Lines without a key stay with the line before them. */
function merged(inputs: readonly Input[], settings: MergeSettings, io: Io, onLate?: (line: Line) => void) {
  const { isReversed, lateness, follows } = settings
  const lines = inputs.map((input) => pipe(linesOf(input, io, follows), checkKeys(input)))
  const options = { keyless: 'follow', labels: inputs.map(({ name }) => name), signal: io.signal } as const
  if (lateness === undefined)
    return mergeSorted(lines, { ...options, key: (line) => line.key as number, reverse: isReversed })
  return mergeBoundedLateness(lines, {
    ...options,
    time: (line) => line.key as number,
    lateness,
    ...(follows ? { idle: IDLE, late: onLate } : {}),
  })
}

const plain = ({ text }: Line): string => text
const labelled = ({ text, input }: Line): string => `${input.label}: ${text}`

async function drain(lines: AsyncIterable<unknown>): Promise<void> {
  const items = lines[Symbol.asyncIterator]()
  while ((await items.next()).done !== true);
}
