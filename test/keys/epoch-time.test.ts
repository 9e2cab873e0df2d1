import fc from 'fast-check'
import t from 'tap'
import { epochTime, isoTime, merge, mergeBoundedLateness, type EpochOptions } from '../../lib/iter.ts'

const keyOf = (text: string, options?: EpochOptions): number => epochTime(options)(text)

t.test('the number of digits determines the unit', async (t) => {
  const given: Readonly<Record<string, number>> = {
    '1735689600 x': 1735689600000,
    '1735689600123 x': 1735689600123,
    '1735689600123456 x': 1735689600123.456,
    '1735689600123456789 x': 1735689600123.456789,
    '1735689600.5': 1735689600500,
    '1735689600,000001': 1735689600000.001,
    '1735689600123.5': 1735689600123.5,
    '1735689600123456.5': 1735689600123.4565,
    '1735689600123456789.5': 1735689600123.4567895,
    '1364481363.243:24287): audit': 1364481363243,
    '1735689600. A sentence': 1735689600000,
    '1735689600, text': 1735689600000,
    '1735689600|x': 1735689600000,
    '1735689600-5': 1735689600000,
    '0000000000': 0,
    '9999999999': 9999999999000,
    '': NaN,
    '-1735689600': NaN,
    '+1735689600': NaN,
    '.5': NaN,
    ' 1735689600': NaN,
    '17356896x0': NaN,
    '173568960': NaN,
    '17356896001': NaN,
    '173568960012': NaN,
    '17356896001234': NaN,
    '173568960012345': NaN,
    '17356896001234567': NaN,
    '173568960012345678': NaN,
    '17356896001234567890': NaN,
    '1735689600abc': NaN,
    '1735689600.5x': NaN,
    '1735689600.5.1': NaN,
    '1735689600é': NaN,
  }
  for (const [text, wanted] of Object.entries(given)) t.strictSame(keyOf(text), wanted, text)
})

t.test('an explicit unit applies to any number of digits', async (t) => {
  t.strictSame(keyOf('1.5', { unit: 's' }), 1500)
  t.strictSame(keyOf('1735689600123', { unit: 's' }), 1735689600123000)
  t.strictSame(keyOf('250', { unit: 'ms' }), 250)
  t.strictSame(keyOf('1500', { unit: 'us' }), 1.5)
  t.strictSame(keyOf('1500', { unit: 'µs' }), 1.5)
  t.strictSame(keyOf('1500', { unit: 'μs' }), 1.5)
  t.strictSame(keyOf('1500000', { unit: 'ns' }), 1.5)
  t.strictSame(keyOf('1735689600', { unit: 'auto' }), 1735689600000)
  t.strictSame(keyOf('', { unit: 's' }), NaN)
  t.strictSame(keyOf('.5', { unit: 's' }), NaN)
  t.strictSame(keyOf('9'.repeat(400), { unit: 's' }), NaN, 'too large for a number')
  t.strictSame(keyOf(`0.${'0'.repeat(30)}1`, { unit: 's' }), 1e-28)
})

t.test('the time is the nearest double, wherever the number is and however long', async (t) => {
  const digits = (min: number, max: number) =>
    fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: min, maxLength: max })
  const exponents = { 10: 3, 13: 0, 16: -3, 19: -6 }
  const whole = fc.constantFrom(10, 13, 16, 19).chain((length) => digits(length, length))
  const property = fc.property(
    whole,
    digits(0, 25),
    fc.constantFrom('.', ','),
    fc.nat(9),
    (whole, fraction, point, at) => {
      const text = 'x'.repeat(at) + whole + (fraction && point + fraction) + ' text'
      const wanted = Number(`${whole}.${fraction}e${exponents[whole.length as 10]}`)
      return keyOf(text, { at }) === wanted
    },
  )
  t.doesNotThrow(() => fc.assert(property))
})

t.test(
  'both keys return the same times, so that logs of both kinds can be merged, even if nearly sorted',
  async (t) => {
    const property = fc.property(
      fc.integer({ min: 1e9, max: 1e10 - 1 }),
      fc.nat(999_999_999),
      (seconds, nano) => {
        const fraction = String(nano).padStart(9, '0')
        const iso = isoTime()(`${new Date(seconds * 1000).toISOString().slice(0, 19)}.${fraction}Z`)
        return iso === keyOf(`${seconds}.${fraction}`) && iso === keyOf(`${seconds}${fraction}`)
      },
    )
    t.doesNotThrow(() => fc.assert(property))
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

t.test('an item that is not text has no time', async (t) => {
  for (const item of [undefined, null, 1735689600, {}, Buffer.from('1735689600'), ['1735689600']])
    for (const options of [{}, { unit: 's' as const }])
      t.ok(Number.isNaN(keyOf(item as never, options)), String(item))
})

t.test('bad options are refused at the call', async (t) => {
  for (const at of [-1, 1.5, NaN, '5' as never])
    t.throws(() => epochTime({ at }), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'at' })
  for (const unit of ['h', '', 1])
    t.throws(() => epochTime({ unit: unit as never }), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'unit' })
  t.throws(() => epochTime({ zone: 'UTC' } as never), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'zone' })
})
