/** Number formatting. */
import { max, median, min } from 'simple-statistics'

/** At least three significant digits, and no fraction from 1,000 on. */
const threeDigits = new Intl.NumberFormat('en', {
  maximumSignificantDigits: 3,
  maximumFractionDigits: 0,
  roundingPriority: 'morePrecision',
})
const compact = new Intl.NumberFormat('en', { notation: 'compact' })
const full = new Intl.NumberFormat('en')

export const figure = (value: number): string => threeDigits.format(value)
/** In full up to five digits, then abbreviated, such as 100K or 10M. */
export const size = (value: number): string => (value < 100_000 ? full : compact).format(value)
export const count = (value: number): string => full.format(value)
export const factor = (value: number): string => value.toFixed(2)

/** Median, minimum and maximum, such as 104 (98 … 120). */
export function spread(values: readonly number[]): string {
  const all = [...values]
  return all.length === 0 ? '–' : `${figure(median(all))} (${figure(min(all))} … ${figure(max(all))})`
}

/** The median, or a dash if there are no values. */
export const medianOrDash = (values: readonly number[]): string =>
  values.length === 0 ? '–' : figure(median([...values]))
