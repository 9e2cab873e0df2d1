/** Figures as they are read. */
import { max, median, min } from 'simple-statistics'

/** Three digits, and no fraction beyond a thousand. */
const three = new Intl.NumberFormat('en', {
  maximumSignificantDigits: 3,
  maximumFractionDigits: 0,
  roundingPriority: 'morePrecision',
})
const short = new Intl.NumberFormat('en', { notation: 'compact' })
const whole = new Intl.NumberFormat('en')

export const figure = (value: number): string => three.format(value)
/** 100K or 10M; in full up to five digits. */
export const size = (value: number): string => (value < 100_000 ? whole : short).format(value)
export const count = (value: number): string => whole.format(value)
export const factor = (value: number): string => value.toFixed(2)

/** The median and what lies around it: 104 (98 … 120). */
export function spread(values: readonly number[]): string {
  const all = [...values]
  return all.length === 0 ? '–' : `${figure(median(all))} (${figure(min(all))} … ${figure(max(all))})`
}

/** The median, or a dash where nothing was measured. */
export const middle = (values: readonly number[]): string =>
  values.length === 0 ? '–' : figure(median([...values]))
