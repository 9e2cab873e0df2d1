/** The start of a day in UTC; NaN if the date does not exist. */
export function midnightOf(year: number, month: number, day: number): number {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : NaN
}

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec'

/** The character codes of a three-letter name as one number. */
const packed = (text: string, at: number): number =>
  (text.charCodeAt(at) * 2 ** 16 + text.charCodeAt(at + 1)) * 2 ** 16 + text.charCodeAt(at + 2)

const MONTH_CODES = Array.from({ length: 12 }, (_, month) => packed(MONTHS, month * 3))

/** The number of the month, from 1 on, whose three-letter English name stands at a position; 0 if there is none. */
export const monthAt = (text: string, at: number): number => MONTH_CODES.indexOf(packed(text, at)) + 1
