import { flushable, map, none, stage } from '../index.ts'
import { ambiguousZoneIn } from '../keys/time-zone-names.ts'
import { DataError } from './failure.ts'
import type { Input } from './input.ts'

/** A line of an input, without its LF: a character for each byte. */
export interface Line {
  readonly text: string
  /** Undefined or NaN if the line has none: it goes on with the record before it. */
  readonly key: number | bigint | string | undefined
  readonly input: Input
}

export const beginsRecord = ({ key }: Line): boolean => key !== undefined && !Number.isNaN(key)

/** A stage that gives each line its key. */
export const toLine = (input: Input) => map((text: string): Line => ({ text, key: input.keyOf(text), input }))

/** A stage that fails if the input has lines, but none with a key: nobody knows where they belong. */
export const checkKeys = (input: Input) =>
  stage<Line, Line>(() => {
    let [hasLines, hasKeys] = [false, false]
    let zone: string | undefined
    const step = (line: Line): Line => {
      hasLines = true
      hasKeys ||= beginsRecord(line)
      if (!hasKeys) zone ??= ambiguousZoneIn(line.text)
      return line
    }
    const end = (): unknown => {
      if (!hasLines || hasKeys) return none
      const hint =
        zone === undefined
          ? ''
          : `; ${zone} names several zones: give the offset that is meant as --zone ${zone}=±HH:MM`
      throw new DataError(`${input.name}: no line has ${input.wanted}${hint}`)
    }
    return flushable(step, end)
  })
