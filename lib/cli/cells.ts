import { membersOf } from '../keys/json-members.ts'

/** Parses a line of JSON for a table: numbers, with all their digits, objects and lists keep the text that they are written as. */
export function cellsOf(line: string): unknown {
  const row: unknown = JSON.parse(line)
  if (!isObject(row)) return row
  const cells = new Map<string, unknown>(Object.entries(row))
  const keepsText = (value: unknown): boolean =>
    typeof value === 'number' || (typeof value === 'object' && value !== null)
  for (const [name, text] of membersOf(line)) if (keepsText(row[name])) cells.set(name, text)
  return Object.fromEntries(cells)
}

/** The names of the members of a JSON object in the order of the text, where an object puts integers first; none if it is not one. */
export function namesOf(line: string): string[] {
  try {
    if (!isObject(JSON.parse(line))) return []
  } catch {
    return []
  }
  return [...new Set([...membersOf(line)].map(([name]) => name))]
}

/** Writes a row as JSON with its members in the order of the columns, where an object puts integers first. */
export function jsonOf(columns: readonly string[]): (row: object) => string {
  if (!columns.some((column) => /^\d+$/.test(column))) return (row) => JSON.stringify(row)
  return (row) => {
    const names = [...columns.filter((name) => Object.hasOwn(row, name)), ...Object.keys(row)]
    const members = [...new Set(names)].map(
      (name) => `${JSON.stringify(name)}:${JSON.stringify((row as Record<string, unknown>)[name])}`,
    )
    return `{${members.join()}}`
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
