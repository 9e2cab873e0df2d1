import { shapeReader } from '../keys/log-shape.ts'
import { textOf } from './files.ts'
import type { Input } from './input.ts'
import { allLinesOf } from './inputs.ts'
import type { Io } from './io.ts'
import { beginsRecord, type Line } from './line.ts'
import { keyOfFile, partName } from './line-key.ts'
import type { MergeSettings } from './merge-settings.ts'
import { oneLine, print } from './report.ts'

const NAMES = {
  iso: 'date and time',
  clf: 'access log',
  syslog: 'syslog',
  klog: 'klog',
  json: 'JSON',
  quoted: 'logfmt',
  epoch: 'Unix time',
} as const

const HEADER = ['file', 'format', 'zone', 'first', 'last', 'lines', 'without time']

/** Prints what is known of each file, one line for each. */
export async function explainFiles(inputs: readonly Input[], settings: MergeSettings, io: Io): Promise<void> {
  const rows = [HEADER]
  for (const input of inputs) rows.push(await explained(input, settings, io))
  const widths = HEADER.map((_, i) => Math.max(...rows.map((row) => (row[i] as string).length)))
  const lines = rows.map((row) => {
    const cells = row.map((cell, i) => cell.padEnd(widths[i] as number))
    return cells.join('  ').trimEnd()
  })
  await print(lines.join('\n'), io)
}

async function explained(input: Input, { isTimed }: MergeSettings, io: Io): Promise<string[]> {
  const { keys } = input
  const shapeOf = shapeReader()
  const inOtherZone = keyOfFile({ ...keys, zone: '+12:34' }, input)
  let [lines, keyless] = [0, 0]
  let format = keys.time ?? (keys.key === undefined ? '' : partName(keys.key))
  let zone = ''
  let first: Line | undefined
  let last: Line | undefined
  for await (const line of allLinesOf([input], io)) {
    lines++
    if (!beginsRecord(line)) {
      keyless++
      continue
    }
    const shape = format === '' ? shapeOf(textOf(line.text)) : undefined
    if (shape !== undefined) format = NAMES[shape]
    if (first === undefined && isTimed)
      zone = inOtherZone(line.text) === line.key ? 'in the line' : (keys.zone ?? 'UTC')
    first ??= line
    last = line
  }
  const cells = [
    input.name,
    format,
    zone,
    shown(first, isTimed),
    shown(last, isTimed),
    String(lines),
    String(keyless),
  ]
  return cells.map((cell) => oneLine(cell) || '–')
}

function shown(line: Line | undefined, isTime: boolean): string {
  if (line === undefined) return ''
  return isTime ? new Date(line.key as number).toISOString() : String(line.key)
}
