import { UsageError, type Parsed } from './usage.ts'

/** The value of an option that is a positive integer; undefined if it was not given. */
export function positiveOption(parsed: Parsed, option: string): number | undefined {
  const text = parsed.get(option)
  if (text === undefined) return undefined
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`--${option} ${text}: not a positive number`)
  return Number(text)
}
