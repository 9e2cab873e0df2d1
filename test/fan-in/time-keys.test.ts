import fc from 'fast-check'
import t from 'tap'
import { epochTime, isoTime, merge, mergeBoundedLateness } from '../../lib/iter.ts'

const date = fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })

t.test('isoTime: what Date makes of it, wherever it stands', async (t) => {
  const zone = fc.constantFrom('Z', '', '+01:00', '-0830', '+00:00')
  const property = fc.property(
    date,
    zone,
    fc.nat(9),
    fc.constantFrom('T', ' '),
    (date, zone, at, between) => {
      const written = date.toISOString().slice(0, -1)
      const text = 'x'.repeat(at) + written.replace('T', between) + zone + ' and more'
      const wanted = Date.parse(written + (zone === '' ? 'Z' : zone.replace(/(\d\d)(\d\d)$/, '$1:$2')))
      return isoTime({ at })(text) === wanted
    },
  )
  t.doesNotThrow(() => fc.assert(property))
})

t.test('isoTime: one key serves texts of different days and minutes, in any order', async (t) => {
  const property = fc.property(fc.array(date), (dates) => {
    const key = isoTime()
    return dates.every((date) => key(date.toISOString()) === date.getTime())
  })
  t.doesNotThrow(() => fc.assert(property))
})

t.test('isoTime: fractions of any length, after a dot or a comma', async (t) => {
  const key = isoTime()
  const start = Date.UTC(2026, 0, 1)
  t.equal(key('2026-01-01T00:00:00Z'), start)
  t.equal(key('2026-01-01T00:00:00'), start)
  t.equal(key('2026-01-01 00:00:00,5 text'), start + 500)
  t.equal(key('2026-01-01T00:00:00.25Z'), start + 250)
  t.equal(key('2026-01-01T00:00:00.1255Z'), start + 125.5)
  t.equal(key('2026-01-01T00:00:60Z'), start + 60_000, 'a leap second')
  t.equal(key('2026-01-01 00:00:00+01 text'), start - 3_600_000, 'an offset of hours')
  t.equal(key('2026-01-01 00:00:00, text'), start, 'a comma that no fraction follows')
  const micro = fc
    .array(fc.nat(999_999), { minLength: 2 })
    .map((all) => [...new Set(all)].sort((a, b) => a - b))
  t.doesNotThrow(
    () =>
      fc.assert(
        fc.property(micro, (all) => {
          const keys = all.map((one) => key(`2026-01-01T00:00:00.${String(one).padStart(6, '0')}Z`))
          return keys.every((one, i) => i === 0 || one > (keys[i - 1] as number))
        }),
      ),
    'microseconds are kept apart, and in order',
  )
})

t.test('isoTime: where no time stands the key is NaN, and a merge names the item', async (t) => {
  const key = isoTime()
  for (const text of [
    '',
    '2026-01-01',
    '2026-01-01T',
    '2026-13-01T00:00:00Z',
    '2026-02-31T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:00:001Z',
    '2026-01-01T00:00:00+24:00',
    '2026-01-01T00:00:00+01:60',
    '2026-01-01x00:00:00Z',
    '2026-01-01T00-00:00Z',
    '2026-01-01T25:00:00Z',
    '2026-01-01T00:60:00Z',
    '2026-01-01T00:00:61Z',
    '2026-01-01T00:00:0xZ',
    '2026-01-01T00:00:00+x1:00',
    'Jan 1 2026 00:00:00',
    ' 2026-01-01T00:00:00Z',
  ])
    t.ok(Number.isNaN(key(text)), text)
  const lines = ['2026-01-01T00:00:00Z a', 'no time at all']
  t.throws(() => Array.from(merge([lines], { key: isoTime() })), {
    code: 'ERR_FANPIPE_KEY',
    source: 0,
    index: 1,
  })
})

t.test('epochTime: seconds or milliseconds, wherever they stand', async (t) => {
  const property = fc.property(fc.nat(2 ** 31), fc.nat(999), fc.nat(9), (seconds, thousandths, at) => {
    const text = `${'x'.repeat(at)}${seconds}.${String(thousandths).padStart(3, '0')} and more`
    const wanted = seconds * 1000 + thousandths
    return (
      epochTime({ at })(text) === wanted &&
      epochTime({ at, unit: 'ms' })(`${'x'.repeat(at)}${wanted}`) === wanted
    )
  })
  t.doesNotThrow(() => fc.assert(property))
  t.equal(epochTime()('1767225600,000001'), 1767225600000.001)
  const padded = fc.property(fc.nat(2 ** 31), fc.nat(999), fc.nat(6), (seconds, thousandths, zeros) => {
    const text = `${seconds}.${String(thousandths).padStart(3, '0')}`
    return epochTime()(text) === epochTime()(text + '0'.repeat(zeros))
  })
  t.doesNotThrow(() => fc.assert(padded), 'the same time, however it is written')
  t.ok(epochTime()('1776894245.189999999') <= epochTime()('1776894245.190'))
  t.ok(Number.isNaN(epochTime()('-1')))
  t.ok(Number.isNaN(epochTime()('.5')))
  t.ok(Number.isNaN(epochTime()('')))
})

t.test(
  'both keys give the same time, so that logs of both kinds merge, and nearly sorted ones too',
  async (t) => {
    t.equal(isoTime()('2026-01-01T00:00:00.125Z'), epochTime()('1767225600.125'))
    const [iso, epoch] = [isoTime(), epochTime()]
    const key = (line: string): number => (line.includes('T') ? iso(line) : epoch(line))
    const inputs = [['2026-01-01T00:00:00Z a', '2026-01-01T00:00:02Z b'], ['1767225601 c']]
    t.strictSame(
      Array.from(merge(inputs, { key }), (line) => line.at(-1)),
      ['a', 'c', 'b'],
    )
    const nearly = [['1767225601 a', '1767225600 b']]
    t.strictSame(
      Array.from(mergeBoundedLateness(nearly, { time: epoch, lateness: 1000 }), (line) => line.at(-1)),
      ['b', 'a'],
    )
  },
)

t.test('bad options are refused at the call', async (t) => {
  for (const at of [-1, 1.5, NaN, '5' as never]) {
    t.throws(() => isoTime({ at }), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'at' })
    t.throws(() => epochTime({ at }), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'at' })
  }
  t.throws(() => epochTime({ unit: 'h' as never }), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'unit' })
  t.throws(() => isoTime({ unit: 's' } as never), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'unit' })
})
