import fc from 'fast-check'

export const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

export const two = (number: number): string => String(number).padStart(2, '0')

/** Whole seconds in years with four digits. */
export const seconds = fc
  .date({ min: new Date(0), max: new Date('2199-12-31T23:59:59Z'), noInvalidDate: true })
  .map((date) => Math.floor(date.getTime() / 1000) * 1000)

/** The parts of a wall-clock time, as strings. */
export interface Shown {
  readonly year: string
  readonly month: string
  readonly day: string
  readonly clock: string
  readonly name: string
}

export function shown(wall: number): Shown {
  const iso = new Date(wall).toISOString()
  const [year, month, day] = iso.slice(0, 10).split('-') as [string, string, string]
  return { year, month, day, clock: iso.slice(11, 19), name: MONTHS[Number(month) - 1] as string }
}

/** UTC offsets in minutes, with their notation without a colon. */
export const offsets = fc.integer({ min: -1439, max: 1439 }).map((minutes) => ({
  ahead: minutes * 60_000,
  text: `${minutes < 0 ? '-' : '+'}${two(Math.trunc(Math.abs(minutes) / 60))}${two(Math.abs(minutes) % 60)}`,
}))

export const fractions = fc.option(
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 9 }),
  { nil: '' },
)

/** Converts the digits of a fraction of a second to milliseconds. */
export const milliOf = (digits = ''): number => (digits === '' ? 0 : Number(`${digits}e${3 - digits.length}`))

/** The text with one character removed, replaced or inserted at a position from `from` up to, but not including, `to`. */
export const mutated = (text: string, from: number, to: number): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.integer({ min: from, max: to - 1 }),
      fc.constantFrom(...'0123456789', ...' :/-+.,[]xJZT"{}<>'),
      fc.constantFrom(0, 1, 2),
    )
    .map(([at, character, kind]) => {
      const rest = text.slice(kind === 2 ? at : at + 1)
      return text.slice(0, at) + (kind === 0 ? '' : character) + rest
    })

/**
 * The time of these digits on a clock that is `ahead` of UTC, computed with Date only. NaN if there is no such time; for a leap
 * second, the largest number below midnight.
 */
export function timeOf(date: string, clock: string, ahead = 0): number {
  const leap = clock === '23:59:60'
  const iso = `${date}T${leap ? '23:59:59' : clock}`
  const time = Date.parse(`${iso}Z`)
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 19) !== iso) return NaN
  return leap ? below(time + 1000 - ahead) : time - ahead
}

/** The next smaller number, found by bisection. */
function below(number: number): number {
  let step = 1
  while (number - step / 2 < number) step /= 2
  return number - step
}

/** The wall-clock time in a zone, read as if it were UTC. */
export function wallClock(zone: string): (time: number) => number {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })
  return (time) => Date.parse(`${format.format(time).replace(' ', 'T')}Z`)
}

/** The first time at which a clock in the zone shows this, found by trying every offset, or NaN if it never does. */
export function firstShown(zone: string, wall: number): number {
  const clock = wallClock(zone)
  for (let ahead = 60; ahead >= -60; ahead--)
    if (clock(wall - ahead * 900_000) === wall) return wall - ahead * 900_000
  return NaN
}
