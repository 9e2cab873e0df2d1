import fc from 'fast-check'
import t from 'tap'
import { isoTime, merge, mergeBoundedLateness, syslogTime, type SyslogOptions } from '../../lib/iter.ts'
import {
  firstShown,
  fractions,
  milliOf,
  MONTHS,
  mutated,
  offsets,
  seconds,
  shown,
  timeOf,
  two,
} from '../instruments/times.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

const keyOf = (text: string, options?: SyslogOptions): number => syslogTime(options)(text)

const priorities = fc.oneof(
  fc.constant(''),
  fc.nat(191).map((priority) => `<${priority}>`),
)
const rests = fc.constantFrom(' host su[5]: x', ' 10.0.0.1 x', ' 2001:db8::1 x', ': %SYS-5', ' - x', '')

/** A time in the notation of RFC 3164, with the day padded with a space or a zero. */
const old = (wall: number, pad = ' '): string => {
  const { name, day, clock } = shown(wall)
  return `${name} ${day.replace(/^0/, pad)} ${clock}`
}

/** A strict parser for RFC 3164 with a given year; the same may follow the seconds as after a numeric date, except a year. */
const STRICT = /^(?:<\d{1,3}>(?:1 )?)?([A-Z][a-z]{2}) ([ \d]\d) (\d\d:\d\d:\d\d)(?!(?:[.,]\d+)? \d{4} )(.*)$/
function strictly(line: string, year: number): number {
  const [, name = '', day, clock = '', rest = ''] = STRICT.exec(line) ?? []
  const date = `${year}-${two(MONTHS.indexOf(name) + 1)}-${two(Number(day))}`
  return Number.isNaN(timeOf(date, clock)) ? NaN : isoTime()(`${date}T${clock}${rest}`)
}

t.test(
  'RFC 3164: with a year, the time is that of the digits, in any zone with a fixed offset',
  async (t) => {
    const property = fc.property(
      fc.record({
        time: seconds,
        priority: priorities,
        pad: fc.constantFrom(' ', '0'),
        rest: rests,
        offset: offsets,
        fraction: fractions,
      }),
      ({ time, priority, pad, rest, offset, fraction }) => {
        const line = priority + old(time, pad) + (fraction && `.${fraction}`) + rest
        const zone = `${offset.text.slice(0, 3)}:${offset.text.slice(3)}`
        const key = syslogTime({ year: new Date(time).getUTCFullYear(), zone })
        return key(line) === time - offset.ahead + milliOf(fraction)
      },
    )
    t.doesNotThrow(() => fc.assert(property, { numRuns: 1000 }))
  },
)

t.test('with a year, every day of that year is read, and a day it lacks is NaN', async (t) => {
  for (const year of [1900, 2000, 2023, 2024, 2025, 2100]) {
    const key = syslogTime({ year })
    for (const month of MONTHS.keys())
      for (let day = 1; day <= 31; day++) {
        const line = `${MONTHS[month]} ${two(day)} 12:00:00 host x`
        t.strictSame(
          key(line),
          timeOf(`${year}-${two(month + 1)}-${two(day)}`, '12:00:00'),
          `${line} in ${year}`,
        )
      }
  }
})

t.test('RFC 5424: the time is that of Date.parse, with or without priority and version', async (t) => {
  const starts = fc.constantFrom('<34>1 ', '<191>1 ', '<0>', '')
  const property = fc.property(seconds, fc.nat(999), starts, offsets, (time, milli, start, offset) => {
    const iso = new Date(time + milli).toISOString()
    const ahead = `${offset.text.slice(0, 3)}:${offset.text.slice(3)}`
    const inZone = iso.replace('Z', ahead)
    return (
      keyOf(`${start}${iso} host app - - - x`) === Date.parse(iso) &&
      keyOf(`${start}${inZone} host app - - - x`) === Date.parse(inZone)
    )
  })
  t.doesNotThrow(() => fc.assert(property, { numRuns: 1000 }))
})

t.test('a changed character in the time gives NaN or the changed time', async (t) => {
  const lines = fc
    .record({ time: seconds, priority: priorities, fraction: fractions })
    .chain(({ time, priority, fraction }) => {
      const line = priority + old(time) + (fraction && `.${fraction}`)
      return fc.tuple(fc.constant(time), mutated(`${line} host su: x`, 0, line.length))
    })
  const property = fc.property(lines, ([time, changed]) => {
    const year = new Date(time).getUTCFullYear()
    return Object.is(keyOf(changed, { year }), strictly(changed, year))
  })
  t.doesNotThrow(() => fc.assert(property, { numRuns: 5000 }))
})

t.test('the year is the latest one in which the line is not after `before`', async (t) => {
  const property = fc.property(
    seconds,
    fc.integer({ min: 0, max: 364 * 86_400 }),
    fc.boolean(),
    (time, age, isDate) => {
      const limit = time + age * 1000
      const line = `${old(time)} host x`
      if (line.startsWith('Feb 29')) return true
      return keyOf(line, { before: isDate ? new Date(limit) : limit }) === time
    },
  )
  t.doesNotThrow(() => fc.assert(property, { numRuns: 1000 }), 'any line from the 364 days before')
  const before = Date.UTC(2026, 1, 1)
  const at = (line: string, options: SyslogOptions = {}): string | number => {
    const time = keyOf(line, { before, ...options })
    return Number.isNaN(time) ? NaN : new Date(time).toISOString()
  }
  t.strictSame(at('Feb  1 00:00:00 x'), '2026-02-01T00:00:00.000Z', 'at that time')
  t.strictSame(at('Feb  1 00:00:00.001 x'), '2025-02-01T00:00:00.001Z', 'after it')
  t.strictSame(at('Feb  2 00:00:00 x'), '2025-02-02T00:00:00.000Z')
  t.strictSame(at('Dec 31 23:59:59 x'), '2025-12-31T23:59:59.000Z')
  t.strictSame(at('Feb 29 12:00:00 x'), '2024-02-29T12:00:00.000Z', 'the year has to have that day')
  t.strictSame(at('Feb 29 12:00:00 x', { before: Date.UTC(2104, 1, 28) }), '2096-02-29T12:00:00.000Z')
  t.strictSame(at('Feb 30 12:00:00 x'), NaN)
  t.strictSame(at('Dec 31 24:00:00 x'), NaN)
  t.strictSame(
    at('Jan  1 05:00:00 x', { before: Date.UTC(2025, 11, 31, 20), zone: '+09:00' }),
    '2025-12-31T20:00:00.000Z',
  )
  t.strictSame(
    at('Jan  1 05:00:01 x', { before: Date.UTC(2025, 11, 31, 20), zone: '+09:00' }),
    '2024-12-31T20:00:01.000Z',
  )
  t.strictSame(at('Feb  1 02:00:00 +0300 x'), '2026-01-31T23:00:00.000Z', 'with the offset of the line')
  const date = new Date(before)
  const key = syslogTime({ before: date })
  date.setUTCFullYear(2000)
  t.strictSame(key('Feb  1 00:00:00 x'), before, 'read at the call')
})

t.test('when the clocks change, a repeated time is the earlier one and a skipped time is NaN', async (t) => {
  const changes = {
    'Europe/Berlin': [Date.UTC(2026, 2, 29, 2), Date.UTC(2026, 9, 25, 2)],
    'America/New_York': [Date.UTC(2026, 2, 8, 2), Date.UTC(2026, 10, 1, 1)],
  }
  for (const [zone, walls] of Object.entries(changes)) {
    const key = syslogTime({ year: 2026, zone })
    const near = fc.tuple(fc.constantFrom(...walls), fc.integer({ min: -3 * 3600, max: 3 * 3600 }))
    const property = fc.property(near, ([change, seconds]) => {
      const wall = change + seconds * 1000
      return Object.is(key(`${old(wall)} host x`), firstShown(zone, wall))
    })
    t.doesNotThrow(() => fc.assert(property, { numRuns: 200 }), zone)
  }
  t.strictSame(keyOf('Mar 29 02:30:00 x', { year: 2026, zone: 'Europe/Berlin' }), NaN)
  t.strictSame(
    keyOf('Oct 25 02:30:00 x', { year: 2026, zone: 'Europe/Berlin' }),
    Date.UTC(2026, 9, 25, 0, 30),
  )
  t.strictSame(keyOf('Mar  8 02:30:00 x', { year: 2026, zone: 'America/New_York' }), NaN)
  t.strictSame(
    keyOf('Nov  1 01:30:00 x', { year: 2026, zone: 'America/New_York' }),
    Date.UTC(2026, 10, 1, 5, 30),
  )
  t.strictSame(
    keyOf('Mar 29 02:30:00 x', { before: Date.UTC(2026, 5, 1), zone: 'Europe/Berlin' }),
    Date.UTC(2025, 2, 29, 1, 30),
    'the latest year that has this time',
  )
  t.strictSame(
    keyOf('May  1 01:00:01 x', { before: Date.UTC(1981, 11, 31), zone: 'Africa/Cairo' }),
    Date.UTC(1958, 3, 30, 22, 0, 1),
    'also if that is long ago',
  )
})

t.test('examples of lines with and without a time', async (t) => {
  const time = Date.UTC(2003, 9, 11, 22, 14, 15)
  const given: Readonly<Record<string, number>> = {
    '<34>Oct 11 22:14:15 mymachine su: x': time,
    'Oct 11 22:14:15': time,
    'Oct 11 22:14:15.123: %SYS-5': time + 123,
    'Oct 11 22:14:15 UTC: %SYS-5': time,
    'Oct 11 22:14:15 PDT: %SYS-5': NaN,
    'Oct 11 22:14:15 +0200 host': time - 2 * HOUR,
    'Oct 11 22:14:15+02:00 host': time - 2 * HOUR,
    'Oct 11 22:14:15 2003 host': NaN,
    'Oct 11 22:14:15 2003: x': NaN,
    'Oct 11 22:14:15 2003] x': NaN,
    'Oct 11 22:14:15 2003': NaN,
    'Oct 11 22:14:15 2003:db8::1 x': time,
    'Oct 11 22:14:15 2003.example.com x': time,
    'Oct 11 22:14:15 20031 x': time,
    'Oct 01 22:14:15 x': time - 10 * DAY,
    'Oct  1 22:14:15 x': time - 10 * DAY,
    'Oct 1 22:14:15 x': NaN,
    'Oct   1 22:14:15 x': NaN,
    'Oct  x 22:14:15 x': NaN,
    'Oct  0 22:14:15 x': NaN,
    'Oct 00 22:14:15 x': NaN,
    'Oct 32 22:14:15 x': NaN,
    'Feb 29 22:14:15 x': NaN,
    'oct 11 22:14:15 x': NaN,
    'Okt 11 22:14:15 x': NaN,
    'N\u00efv 11 22:14:15 x': NaN,
    'I\u00e1n 11 22:14:15 x': NaN,
    'Oct-11 22:14:15 x': NaN,
    'Oct 11T22:14:15 x': NaN,
    'Oct 11 24:14:15 x': NaN,
    'Oct 11 22:60:15 x': NaN,
    'Oct 11 22:14:61 x': NaN,
    'Oct 11 22:14:1x x': NaN,
    'Oct 11 22:14:155 x': NaN,
    'Oct 11 22:14 x': NaN,
    'Dec 31 23:59:60 x': Date.UTC(2004, 0, 1) - 2 ** -13,
    ' Oct 11 22:14:15 x': NaN,
    '<>Oct 11 22:14:15 x': NaN,
    '<1234>Oct 11 22:14:15 x': NaN,
    '<34 Oct 11 22:14:15 x': NaN,
    '<x>Oct 11 22:14:15 x': NaN,
    '<34>1 Oct 11 22:14:15 x': time,
    '<34>2 2003-10-11T22:14:15Z x': NaN,
    '<34>12003-10-11T22:14:15Z x': NaN,
    '<34>1 2003-10-11T22:14:15Z x': time,
    '<34>1 2003-10-11T22:14:15.003000Z x': time + 3,
    '<34>1 - host x': NaN,
    '<34>2003-10-11T22:14:15-07:00 x': time + 7 * HOUR,
    '2003-10-11T22:14:15.5Z x': time + 500,
    '2003-10-11 22:14:15 PDT x': NaN,
    '': NaN,
  }
  for (const [line, wanted] of Object.entries(given)) t.strictSame(keyOf(line, { year: 2003 }), wanted, line)
  t.strictSame(keyOf('Oct 11 22:14:15 x'), NaN, 'without a year there is no time')
  t.strictSame(keyOf('2003-10-11T22:14:15Z x'), time, 'unless the line has it')
  t.strictSame(keyOf('2003-10-11T22:14:15 x', { zone: 'America/New_York' }), time + 4 * HOUR)
  for (const item of [undefined, null, 5, {}, ['Oct 11 22:14:15']])
    t.ok(Number.isNaN(keyOf(item as never, { year: 2003 })), String(item))
})

t.test('a key function is pure: earlier calls do not change its result', async (t) => {
  const days = fc.constantFrom(
    'Oct 11 ',
    'Feb 29 ',
    'Feb 30 ',
    'Jan  1 ',
    'Dec 31 ',
    'Xyz 11 ',
    '2025-12-31T',
  )
  const clocks = fc.constantFrom('00:00:00', '23:59:59', '23:59:60', '12:00:00+14:00', '24:00:00', '')
  const texts = fc.array(fc.tuple(days, clocks).map((parts) => parts.join('')))
  const options = fc.constantFrom<SyslogOptions>(
    {},
    { year: 2024 },
    { before: Date.UTC(2026, 0, 1) },
    { before: Date.UTC(2025, 11, 31, 12), zone: 'Europe/Berlin' },
  )
  const property = fc.property(texts, options, (texts, options) => {
    const reused = syslogTime(options)
    return texts.every((text) => Object.is(reused(text), keyOf(text, options)))
  })
  t.doesNotThrow(() => fc.assert(property))
})

t.test(
  'syslog files can be merged by it across New Year, and an OrderError mentions that clocks are set back',
  async (t) => {
    const lines = [
      ['Dec 31 23:59:58 host a', 'Jan  1 00:00:01 host d'],
      ['Dec 31 23:59:59 host b', 'Jan  1 00:00:00 host c'],
    ]
    const key = syslogTime({ before: Date.UTC(2026, 0, 2) })
    const names = (lines: Iterable<string>): string => Array.from(lines, (line) => line.at(-1)).join('')
    t.strictSame(names(merge(lines, { key })), 'abcd')
    t.throws(() => [...merge(lines, { key: syslogTime() })], { code: 'ERR_FANPIPE_KEY', source: 0, index: 0 })
    const autumn = [['Oct 25 02:59:59 host b', 'Oct 25 02:00:00 host a']]
    const berlin = syslogTime({ year: 2026, zone: 'Europe/Berlin' })
    t.throws(() => [...merge(autumn, { key: berlin })], {
      code: 'ERR_FANPIPE_ORDER',
      message: /zone Europe\/Berlin/,
    })
    t.strictSame(names(mergeBoundedLateness(autumn, { time: berlin, lateness: HOUR })), 'ab')
  },
)

t.test('bad options are refused at the call', async (t) => {
  const refused = (argument: string, options: unknown): void => {
    t.throws(() => syslogTime(options as SyslogOptions), { code: 'ERR_FANPIPE_ARGUMENT', argument })
  }
  for (const year of [0, -1, 10_000, 2026.5, NaN, '2026', new Date(0)]) refused('year', { year })
  for (const before of [NaN, Infinity, 1e16, '2026-01-01', new Date(NaN), true, null])
    refused('before', { before })
  for (const zone of ['', 'PDT', '+24:00', 2]) refused('zone', { zone })
  refused('before', { year: 2026, before: new Date(0) })
  refused('zones', { zones: {} })
  refused('options', 2026)
})

t.test('a year that follows gives NaN, whatever ends it and whatever zone stands before it', async (t) => {
  const time = Date.UTC(2003, 9, 11, 22, 14, 15)
  const zones = fc.constantFrom('', ' UTC', ' GMT', ' Z', 'Z', ' +0000', '+00:00', '+00')
  const ends = fc.constantFrom('', '\r', '\t', ' ', ': ', ',', ';', ')', ']', '"', '|', ' host x')
  const hosts = fc.constantFrom(':db8::1 x', '.example.com x', '1 x', '-host x', '_x', 'ä', '/tcp', '@x')
  const years = fc.integer({ min: 1000, max: 9999 })
  const blanks = fc.constantFrom(' ', '\t')
  const key = syslogTime({ year: 2003 })
  const isYear = fc.property(zones, blanks, years, ends, (zone, blank, year, end) =>
    Number.isNaN(key(`Oct 11 22:14:15${zone}${blank}${year}${end}`)),
  )
  t.doesNotThrow(() => fc.assert(isYear, { numRuns: 1000 }))
  const isHost = fc.property(
    zones,
    years,
    hosts,
    (zone, year, host) => key(`Oct 11 22:14:15${zone} ${year}${host}`) === time,
  )
  t.doesNotThrow(() => fc.assert(isHost, { numRuns: 500 }))
  t.strictSame(key('Oct 11 22:14:15 UTC: 2003 items'), time)
  t.strictSame(key('Oct 11 22:14:15 HOST 2003 items'), time, 'a word that is no zone')
})
