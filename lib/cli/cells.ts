import { membersOf } from '../keys/json-members.ts'

/** Parses a line of JSON for a table: a number keeps the text that it is written as, all of its digits too. */
export function cellsOf(line: string): unknown {
  const row: unknown = JSON.parse(line)
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return row
  const cells = new Map<string, unknown>(Object.entries(row))
  const isNumber = (name: string): boolean => typeof (row as Record<string, unknown>)[name] === 'number'
  for (const [name, value] of membersOf(line)) if (isNumber(name)) cells.set(name, value)
  return Object.fromEntries(cells)
}
