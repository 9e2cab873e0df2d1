import fc from 'fast-check'
import t from 'tap'
import { clfTime, merge, mergeBoundedLateness } from '../../lib/iter.ts'
import {
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

const key = clfTime()
const TIME = Date.UTC(2000, 9, 10, 20, 55, 36)
const REQUEST = '"GET /index.html HTTP/1.1" 200 2326 "https://example.com/" "Mozilla/5.0 (X11; Linux x86_64)"'

/** The fields before the time, as servers log them. */
const before = fc.constantFrom(
  '127.0.0.1 - - ',
  '127.0.0.1 - frank ',
  '2001:db8::1 - - ',
  'example.com:443 10.0.0.1 - - ',
  '[::1]:80 ::1 - frank castle ',
  '- - a[b] ',
  '- - [1/2] ',
  'host - a\\"b ',
  '"10.0.0.1, 10.0.0.2" - - ',
  '"[01/Jan/1999:00:00:00 +0000]" ',
  '"\\\\" "a \\" [01/Jan/1999:00:00:00 +0000]" ',
  '',
)

const lines = fc
  .record({ before, time: seconds, offset: offsets, fraction: fractions })
  .map(({ before, time, offset, fraction }) => {
    const { year, name, day, clock } = shown(time)
    const point = fraction && `.${fraction}`
    const bracket = `[${day}/${name}/${year}:${clock}${point} ${offset.text}]`
    return {
      line: `${before}${bracket} ${REQUEST}`,
      before,
      bracket,
      time: time - offset.ahead + milliOf(fraction),
    }
  })

/** A strict parser, for lines whose fields before the time have no brackets or quotes. */
const STRICT =
  /^[^"]*?\[(?=\d\d\/)(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d:\d\d:\d\d)(?:[.,](\d+))? ([+-])([01]\d|2[0-3])([0-5]\d)\]/
function strictly(line: string): number {
  const [, day, name, year, clock, fraction, sign, hours, minutes] = STRICT.exec(line) ?? []
  if (clock === undefined) return NaN
  const ahead = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -60_000 : 60_000)
  const month = MONTHS.indexOf(name as string) + 1
  const time = timeOf(`${year}-${two(month)}-${day}`, clock, ahead)
  return clock.endsWith('60') ? time : time + milliOf(fraction)
}

t.test('reads the time in brackets after the fields of Apache and nginx, with any offset', async (t) => {
  const property = fc.property(lines, ({ line, time }) => key(line) === time)
  t.doesNotThrow(() => fc.assert(property, { numRuns: 1000 }))
})

t.test('a changed character in the time gives NaN or the changed time', async (t) => {
  const property = fc.property(
    lines
      .filter(({ before }) => !/["[]/.test(before))
      .chain(({ line, before, bracket }) =>
        fc.tuple(fc.constant(line), mutated(line, before.length, before.length + bracket.length)),
      ),
    ([line, changed]) => Object.is(key(changed), strictly(changed)) && key(line) === strictly(line),
  )
  t.doesNotThrow(() => fc.assert(property, { numRuns: 5000 }))
})

t.test('examples of lines with and without a time', async (t) => {
  const given: Readonly<Record<string, number>> = {
    '127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326': TIME,
    '[10/Oct/2000:13:55:36 -0700]': TIME,
    '[10/Oct/2000:13:55:36,5 -0700]': TIME + 500,
    '[29/Feb/2024:00:00:00 +0000]': Date.UTC(2024, 1, 29),
    '[31/Dec/2016:23:59:60 +0000]': Date.UTC(2017, 0, 1) - 2 ** -12,
    '[31/Dec/2016:23:59:60 +0100]': Date.UTC(2016, 11, 31, 23) - 2 ** -12,
    '[10/Oct/2000:13:55:36 -0700': NaN,
    '[10/Oct/2000:13:55:36-0700]': NaN,
    '[10/Oct/2000:13:55:36 -07:00]': NaN,
    '[10/Oct/2000:13:55:36 -07]': NaN,
    '[10/Oct/2000:13:55:36 -2400]': NaN,
    '[10/Oct/2000:13:55:36 -0060]': NaN,
    '[10/Oct/2000:13:55:36]': NaN,
    '[25/Feb/2019:16:19:48.143] haproxy': NaN,
    '[10/Oct/2000:13:55:36 UTC]': NaN,
    '[10/Oct/2000:24:00:00 -0700]': NaN,
    '[10/Oct/2000:13:60:36 -0700]': NaN,
    '[10/Oct/2000:13:55:61 -0700]': NaN,
    '[10/Oct/2000:13:55:60 -0700]': NaN,
    '[10/Oct/2000:13-55:36 -0700]': NaN,
    '[10/Oct/2000 13:55:36 -0700]': NaN,
    '[10/Oct-2000:13:55:36 -0700]': NaN,
    '[10/oct/2000:13:55:36 -0700]': NaN,
    '[10/Okt/2000:13:55:36 -0700]': NaN,
    '[10/10/2000:13:55:36 -0700]': NaN,
    '[30/Feb/2024:00:00:00 +0000]': NaN,
    '[00/Oct/2000:13:55:36 -0700]': NaN,
    '[10/Oct/20x0:13:55:36 -0700]': NaN,
    '[10/Oct/x000:13:55:36 -0700]': NaN,
    '[1x/Oct/2000:13:55:36 -0700]': NaN,
    '10/Oct/2000:13:55:36 -0700': NaN,
    '- - [99/Oct/2000:13:55:36 -0700] [10/Oct/2000:13:55:36 -0700]': NaN,
    '- - - "GET /[10/Oct/2000:13:55:36 -0700] HTTP/1.1"': NaN,
    '- - - "GET /[10/Oct/2000:13:55:36 -0700]': NaN,
    '[error] [client 10.0.0.1]': NaN,
    'no time': NaN,
    '': NaN,
  }
  for (const [line, wanted] of Object.entries(given)) t.strictSame(key(line), wanted, line)
  for (const item of [undefined, null, 5, {}, ['[10/Oct/2000:13:55:36 -0700]']])
    t.ok(Number.isNaN(key(item as never)), String(item))
})

t.test('a key function is pure: earlier calls do not change its result', async (t) => {
  const days = fc.constantFrom('[10/Oct/2000:', '[11/Oct/2000:', '[31/Feb/2000:', '[10/Oct/2000 ', '[10/')
  const clocks = fc.constantFrom('13:55:36', '23:59:60', '13:60:00', '24:00:00', '00')
  const ends = fc.constantFrom(' +0000]', ' -0130]', '.5 +0000]', ']', '')
  const texts = fc.array(fc.tuple(days, clocks, ends).map((parts) => parts.join('')))
  const property = fc.property(texts, (texts) => {
    const reused = clfTime()
    return texts.every((text) => Object.is(reused(text), clfTime()(text)))
  })
  t.doesNotThrow(() => fc.assert(property))
})

t.test(
  'access logs can be merged by it, even if nearly sorted, and a merge names a line without a time',
  async (t) => {
    const at = (second: number, name: string): string =>
      `- - - [01/Jan/2026:00:00:${two(second)} +0000] "${name}"`
    const names = (lines: Iterable<string>): string => Array.from(lines, (line) => line.at(-2)).join('')
    t.strictSame(names(merge([[at(0, 'a'), at(2, 'c')], [at(1, 'b')]], { key: clfTime() })), 'abc')
    const nearly = [[at(1, 'b'), at(0, 'a'), at(2, 'c')]]
    t.strictSame(names(mergeBoundedLateness(nearly, { time: clfTime(), lateness: 1000 })), 'abc')
    t.throws(() => [...merge([[at(0, 'a'), 'none']], { key: clfTime() })], {
      code: 'ERR_FANPIPE_KEY',
      index: 1,
    })
  },
)
