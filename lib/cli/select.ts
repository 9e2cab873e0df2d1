import { many, none, stage } from '../index.ts'
import { beginsRecord, type Line } from './line.ts'
import { bytesOf } from './write-out.ts'

/** Which records are printed: a line that has no key belongs to the record of the line before it. */
export interface Criteria {
  readonly since: number | undefined
  readonly until: number | undefined
  readonly pattern: RegExp | undefined
  readonly isUnique: boolean
}

/** Takes the lines of an output one by one; returns those that are to be printed now. */
export type Select = (line: Line) => readonly Line[]

export const selecting = (criteria: Criteria) =>
  stage<Line, Line>(() => {
    const select = selector(criteria)
    return (line) => {
      const lines = select(line)
      return lines.length === 1 ? lines[0] : lines.length === 0 ? none : many(lines)
    }
  })

export function selector({ since = -Infinity, until = Infinity, pattern, isUnique }: Criteria): Select {
  const isFirst = isUnique ? firstOfItsKind() : () => true
  const isWanted = ({ key }: Line): boolean => typeof key !== 'number' || (key >= since && key < until)
  const inRecord = pattern === undefined ? (line: Line) => [line] : matching(pattern)
  let isIn = since === -Infinity
  return (line) => {
    if (beginsRecord(line)) isIn = isWanted(line) && isFirst(line)
    return isIn ? inRecord(line) : []
  }
}

/** Selects the records with a line that matches. The lines of a record before that one are held until then. */
function matching(pattern: RegExp): Select {
  let held: Line[] = []
  let matches = false
  return (line) => {
    if (beginsRecord(line)) {
      held = []
      matches = false
    }
    held.push(line)
    matches ||= pattern.test(bytesOf(line.text).toString())
    return matches ? held.splice(0) : []
  }
}

/** Tells whether a line is the first with its text among those of the same key, which come one after the other. */
function firstOfItsKind(): (line: Line) => boolean {
  let key: unknown
  let texts = new Set<string>()
  return (line) => {
    if (line.key !== key) {
      key = line.key
      texts = new Set()
    }
    const isNew = !texts.has(line.text)
    texts.add(line.text)
    return isNew
  }
}
