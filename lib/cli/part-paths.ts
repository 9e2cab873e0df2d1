import { DataError } from './failure.ts'

/** The part of a name that stands for a value. */
export const PLACEHOLDER = '{}'

/** The files that values are written to. */
export class PartPaths {
  readonly #pattern: string
  readonly #values = new Map<string, string>()

  constructor(pattern: string) {
    this.#pattern = pattern
  }

  of(value: string): string {
    const path = this.#pattern.replaceAll(PLACEHOLDER, () => safeName(value))
    const other = this.#values.get(path) ?? value
    this.#values.set(path, value)
    if (other !== value)
      throw new DataError(`${path}: would be the file of two values, ${shown(other)} and ${shown(value)}`)
    return path
  }
}

/** A value as a part of the name of a file. */
function safeName(value: string): string {
  if (value === '') return '_'
  if (/^\.+$/.test(value)) return '_'.repeat(value.length)
  return value.replace(/[/\\\p{Cc}]/gu, '_')
}

const shown = (value: string): string => JSON.stringify(value)
