import fc from 'fast-check'
import t from 'tap'
import { isoTime, merge, type TimeOptions } from '../../lib/iter.ts'

const START = Date.UTC(2026, 0, 1)
const HOUR = 3_600_000
const date = fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })

const keyOf = (text: string, options?: TimeOptions): number => isoTime(options)(text)

/** A time in any of the accepted notations, and the time that Date.parse returns for its standard notation. */
interface Written {
  readonly text: string
  readonly time: number
}

const offsets = fc.tuple(fc.constantFrom('+', '-'), fc.nat(23), fc.nat(59))
const two = (number: number): string => String(number).padStart(2, '0')
const zoneOf = fc.oneof(
  fc.constantFrom(
    ['', 'Z'],
    ['Z', 'Z'],
    [' Z', 'Z'],
    [' UTC', 'Z'],
    [' GMT', 'Z'],
    [' INFO', 'Z'],
    [' -10', 'Z'],
    [' -12345 pid', 'Z'],
    [' -1234.5', 'Z'],
    [' +0100x', 'Z'],
  ),
  offsets.map(([sign, hours, minutes]) => [
    `${sign}${two(hours)}${two(minutes)}`,
    `${sign}${two(hours)}:${two(minutes)}`,
  ]),
  offsets.map(([sign, hours, minutes]) => [
    ` ${sign}${two(hours)}${two(minutes)}`,
    `${sign}${two(hours)}:${two(minutes)}`,
  ]),
  offsets.map(([sign, hours, minutes]) => [
    `${sign}${two(hours)}:${two(minutes)}`,
    `${sign}${two(hours)}:${two(minutes)}`,
  ]),
  offsets.map(([sign, hours, minutes]) => [
    ` ${sign}${two(hours)}:${two(minutes)}`,
    `${sign}${two(hours)}:${two(minutes)}`,
  ]),
  offsets.map(([sign, hours]) => [`${sign}${two(hours)}`, `${sign}${two(hours)}:00`]),
) as fc.Arbitrary<[string, string]>

const written: fc.Arbitrary<Written> = fc
  .record({
    date,
    zone: zoneOf,
    between: fc.constantFrom('T', ' '),
    separator: fc.constantFrom('-', '/'),
    point: fc.constantFrom('.', ','),
    digits: fc.integer({ min: 0, max: 3 }),
    ending: fc.constantFrom('', ' and more', ']', ': text', ' [main]', '\t7', ')', '"', '|5', ',x', ' 5'),
  })
  .map(({ date, zone: [zone, parsed], between, separator, point, digits, ending }) => {
    const [day, clock] = date.toISOString().split('T') as [string, string]
    const fraction = digits === 0 ? '' : clock.slice(9, 9 + digits)
    const seconds = clock.slice(0, 8)
    return {
      text: `${day.replaceAll('-', separator)}${between}${seconds}${fraction && point + fraction}${zone}${ending}`,
      time: Date.parse(`${day}T${seconds}${fraction && `.${fraction}`}${parsed}`),
    }
  })

t.test('with every offset, separator, fraction and ending, the time is that of Date.parse', async (t) => {
  const property = fc.property(written, ({ text, time }) => keyOf(text) === time)
  t.doesNotThrow(() => fc.assert(property, { numRuns: 2000 }))
})

t.test(
  'the time is at the start of the line, after brackets and quotes at most, or at the position `at`',
  async (t) => {
    const opening = fc.string({ unit: fc.constantFrom('[', '(', '{', '<', '"', "'", '`'), maxLength: 3 })
    const property = fc.property(written, opening, fc.nat(9), ({ text, time }, before, at) => {
      return keyOf(before + text) === time && keyOf('x'.repeat(at) + text, { at }) === time
    })
    t.doesNotThrow(() => fc.assert(property))
    t.strictSame(keyOf('[2026-01-01 00:00:00] x', { at: 0 }), NaN, 'with `at` nothing may precede it')
    t.strictSame(keyOf(' 2026-01-01 00:00:00'), NaN)
    t.strictSame(keyOf('<13>2026-01-01 00:00:00'), NaN)
  },
)

t.test('a letter or an extra digit anywhere in a time, or right after it, makes it NaN', async (t) => {
  const endings = ['', 'Z', '.5Z', ',25+01:00', '.125-0830', '+01', '-0800'] as const
  const property = fc.property(date, fc.constantFrom(...endings), fc.nat(), (date, ending, place) => {
    const line = date.toISOString().slice(0, 19) + ending
    // A point, a sign, or the colon after the hours of an offset ends the time if a letter follows.
    const at = place % line.length
    const mutants = [
      line.slice(0, at) + 'x' + line.slice(at + 1),
      `${line}x`,
      `${line}é`,
      `${line}5`,
      `${line}:5`,
      `${line}-5`,
    ]
    return mutants.every((mutant, i) => {
      const isFraction = i === 3 && /[.,]\d+$/.test(line)
      return Number.isNaN(keyOf(mutant)) || /[.,+-](\d\d:)?x/.test(mutant.slice(19)) || isFraction
    })
  })
  t.doesNotThrow(() => fc.assert(property))
})

t.test('the characters right after the seconds are an offset, end the time, or make it NaN', async (t) => {
  const seconds = '2026-01-01T00:00:01'
  const time = START + 1000
  const given: Readonly<Record<string, number>> = {
    '-12345 pid': NaN,
    '-10.0.0.1': NaN,
    ':123': NaN,
    '5': NaN,
    PDT: NaN,
    UTC: NaN,
    Zulu: NaN,
    '.5x': NaN,
    '.Z': NaN,
    '.+01:00': NaN,
    ',-05:30': NaN,
    '+1': NaN,
    '+015': NaN,
    '+01:5': NaN,
    '+01:00:30': NaN,
    '+0100-5': NaN,
    '+24:00': NaN,
    '+01:60': NaN,
    '-99': NaN,
    Z5: NaN,
    'Z:5': NaN,
    'Z-5': NaN,
    'Z.5': NaN,
    '\u22120800': NaN,
    时: NaN,
    '\u{1D7D8}': NaN,
    '+01:00[Europe/Paris]': time - HOUR,
    '+00,5,a row of a table': time,
    'Z,5': time,
    Z_: time,
    '+x1:00': time,
    '- text': time,
    ': text': time,
    ':text': time,
    '. A sentence': time,
    ', text': time,
    ',-5,a row': time,
    ',Zoe': time,
    '.Zoe': time,
    _text: time,
    '，text': time,
    '\u{1F600}': time,
    '\ud800': time,
    '.5.6': time + 500,
    '.5,6': time + 500,
  }
  for (const [rest, wanted] of Object.entries(given)) t.strictSame(keyOf(seconds + rest), wanted, rest)
})

t.test('after one space, +hhmm, +hh:mm and zone names are offsets', async (t) => {
  const seconds = '2026-01-01 01:00:01'
  const time = START + HOUR + 1000
  const given: Readonly<Record<string, number>> = {
    ' +0100': time - HOUR,
    ' -0800': time + 8 * HOUR,
    ' +05:30] x': time - 5.5 * HOUR,
    ' +0100: x': time - HOUR,
    ' +0100.': time - HOUR,
    ' +2400': NaN,
    ' -1260': NaN,
    ' +01:00:30': NaN,
    ' +01': time,
    ' -1': time,
    ' -': time,
    ' -12345 pid': time,
    ' -1234x': time,
    ' -1234.56 EUR': time,
    '  +0100': time,
    '\t+0100': time,
    ' Z': time,
    ' UTC': time,
    ' GMT x': time,
    ' UTC: x': time,
    ' UTC+3': NaN,
    ' GMT+3': NaN,
    ' GMT-03:30 x': NaN,
    ' UTC+x': time,
    ' CET+1': NaN,
    ' UTCx': time,
    ' UTC_x': time,
    ' EST5EDT': time,
    ' AM': NaN,
    ' pm, x': NaN,
    ' AMD': time,
    ' am_x': time,
    ' INFO+3': time,
    ' ESP+3': time,
    ' CEE-01:30 x': time,
    ' INFORMATION': time,
    ' GET /': time,
    ' est une': time,
    ' constructor': time,
    ' Ｚ': time,
    ' É': time,
  }
  for (const [rest, wanted] of Object.entries(given)) t.strictSame(keyOf(seconds + rest), wanted, rest)
  const names = 'EST EDT CST CDT MST MDT PST PDT CET CEST EET EEST WET WEST BST MSK IST JST AEST AEDT'.split(
    ' ',
  )
  for (const name of names) {
    t.strictSame(keyOf(`${seconds} ${name}`), NaN, name)
    t.strictSame(keyOf(`${seconds}.5 ${name}] x`), NaN, name)
    t.strictSame(keyOf(`${seconds} ${name}`, { zones: { [name]: '-03:30' } }), time + 3.5 * HOUR, name)
    t.strictSame(keyOf(`${seconds} ${name}x`), time, `${name}x is a word`)
  }
})

t.test('`zones` defines the offsets of names, and is read at the call', async (t) => {
  const zones: Record<string, string> = {
    PDT: '-07:00',
    'GMT+3': '+0300',
    'UTC-03:30': '-03:30',
    NPT: '+05:45',
    HERE: 'UTC',
    B: '+02',
  }
  const key = isoTime({ zones, zone: '+09:00' })
  zones['PDT'] = '+00:00'
  const hours = {
    PDT: 7,
    'GMT+3': -3,
    'UTC-03:30': 3.5,
    NPT: -5.75,
    HERE: 0,
    B: -2,
    UTC: 0,
    INFO: -9,
    'NPT-x': -5.75,
  }
  for (const [name, ahead] of Object.entries(hours))
    t.strictSame(key(`2026-01-01 00:00:00 ${name}`), START + ahead * HOUR, name)
  t.strictSame(key('2026-01-01 00:00:00 GMT+4'), NaN)
  const inherited = Object.create({ PDT: '-07:00' }) as Record<string, string>
  t.strictSame(keyOf('2026-01-01 00:00:00 PDT', { zones: inherited }), START + 7 * HOUR)
})

t.test('a fraction of any length counts, to the precision of a double', async (t) => {
  const at = (fraction: string): number => keyOf(`2026-01-01 00:00:00${fraction}`)
  t.strictSame(at(',5 text'), START + 500)
  t.strictSame(at('.1255Z'), START + 125.5)
  t.strictSame(at('.123456789'), START + 123.456789)
  t.strictSame(at(`.${'3'.repeat(400)}Z`), START + 1000 / 3)
  t.strictSame(at(`.${'0'.repeat(400)}1`), START)
  t.strictSame(keyOf('1970-01-01 00:00:00.00000000000000000001'), 1e-17)
  t.strictSame(keyOf('1969-12-31 23:59:59.75'), -250)
  const digits = fc.tuple(
    fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 20 }),
    fc.nat(20),
  )
  const property = fc.property(digits, digits, ([one, zeros], [other]) => {
    if (at(`.${one}`) !== at(`.${one}${'0'.repeat(zeros)}+00:00`)) return false
    const length = Math.max(one.length, other.length)
    const isLess = one.padEnd(length, '0') < other.padEnd(length, '0')
    return isLess ? at(`.${one}`) <= at(`.${other}`) : at(`.${one}`) >= at(`.${other}`)
  })
  t.doesNotThrow(() => fc.assert(property), 'independent of trailing digits, and in order')
})

t.test('the same time with another offset is the same number, also near 1970', async (t) => {
  const property = fc.property(
    fc.integer({ min: -100_000, max: 100_000 }),
    fc.nat(999_999),
    fc.integer({ min: -1439, max: 1439 }),
    (seconds, micro, minutes) => {
      const iso = (shift: number): string => new Date((seconds + shift) * 1000).toISOString().slice(0, 19)
      const fraction = `.${String(micro).padStart(6, '0')}`
      const ahead = `${minutes < 0 ? '-' : '+'}${two(Math.trunc(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`
      const inUtc = keyOf(`${iso(0)}${fraction}Z`)
      return (
        inUtc === keyOf(`${iso(minutes * 60)}${fraction}${ahead}`) &&
        inUtc === keyOf(`${iso(minutes * 60)}${fraction}`, { zone: ahead })
      )
    },
  )
  t.doesNotThrow(() => fc.assert(property))
})

t.test('a leap second is the largest number below the next midnight', async (t) => {
  const midnight = Date.UTC(2017, 0, 1)
  const leap = keyOf('2016-12-31T23:59:60.900Z')
  t.ok(leap < midnight)
  t.strictSame(leap, midnight - 2 ** -12, 'there is no number between them')
  t.strictSame(keyOf('2016-12-31 23:59:60'), leap)
  t.strictSame(keyOf('2016-12-31 23:59:60,5+01:00'), midnight - HOUR - 2 ** -12)
  t.strictSame(keyOf('2016-12-31 23:59:60', { zone: '+01:00' }), midnight - HOUR - 2 ** -12)
  t.strictSame(keyOf('1969-12-31T23:59:60Z'), -Number.MIN_VALUE)
  t.ok(keyOf('1960-12-31T23:59:60Z') < Date.UTC(1961, 0, 1))
  t.strictSame(
    keyOf('2018-02-17 23:59:60', { zone: 'America/Sao_Paulo' }),
    keyOf('2018-02-17T23:59:60-02:00'),
    'on a night when midnight occurs twice',
  )
  for (const text of [
    '2016-12-31T23:58:60Z',
    '2016-12-31T00:59:60+01:00',
    '2016-12-31T22:59:60',
    '2016-12-31T23:59:61Z',
  ])
    t.strictSame(keyOf(text), NaN, text)
  const lines = ['2016-12-31T23:59:59.999Z', '2016-12-31T23:59:60.900Z', '2017-01-01T00:00:00.100Z']
  t.strictSame(Array.from(merge([lines], { key: isoTime() })), lines)
})

t.test('two-digit years are read if `order` says so', async (t) => {
  const key = isoTime({ order: 'yy/mm/dd' })
  t.strictSame(key('17/06/09 20:10:40 INFO'), Date.UTC(2017, 5, 9, 20, 10, 40))
  t.strictSame(key('68-12-31T00:00:00.5+01:00'), Date.UTC(2068, 11, 30, 23, 0, 0, 500))
  t.strictSame(key('[69/01/01 00:00:00]'), Date.UTC(1969, 0, 1))
  t.strictSame(key('2017/06/09 20:10:40'), NaN)
  t.strictSame(key('x7/06/09 20:10:40'), NaN)
  t.strictSame(keyOf('17/06/09 20:10:40'), NaN, 'it is never guessed')
})

t.test('if there is no time the key is NaN, and a merge names the item', async (t) => {
  const key = isoTime()
  for (const text of [
    '',
    '2026-01-01',
    '2026-01-01T',
    '2026-01-01T00:00Z',
    '2026-01-01T00:00:0',
    '2026-01-01T00:00:0xZ',
    '2026-00-01T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2100-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '2026-01-01T00:00:61Z',
    '2026-01-01T00:00:001Z',
    '2026-01/01T00:00:00Z',
    '2026/01-01T00:00:00Z',
    '2026.01.01T00:00:00Z',
    '2026-01-01x00:00:00Z',
    '2026-01-01  00:00:00',
    '2026-01-01t00:00:00Z',
    '2026-01-01T00-00:00Z',
    '2026-01-01T00:00-00Z',
    '20x6-01-01T00:00:00Z',
    '2026-x1-01T00:00:00Z',
    '2026-01-x1T00:00:00Z',
    '2026-01-01T0x:00:00Z',
    '2026-01-01T00:x0:00Z',
    '-2026-01-01T00:00:00Z',
    'Jan 1 2026 00:00:00',
  ])
    t.strictSame(key(text), NaN, text)
  t.strictSame(key('2024-02-29T00:00:00Z'), Date.UTC(2024, 1, 29))
  t.strictSame(key('0001-01-01T00:00:00Z'), Date.parse('0001-01-01T00:00:00Z'))
  const lines = ['2026-01-01T00:00:00Z a', 'no time at all']
  t.throws(() => Array.from(merge([lines], { key: isoTime() })), {
    code: 'ERR_FANPIPE_KEY',
    source: 0,
    index: 1,
  })
})

t.test('a key function is pure: earlier calls do not change its result', async (t) => {
  const parts = fc.constantFrom('2026-01-01', '2026-01-02', '2026-01-0', '2026-13-01', '1970-01-01', '')
  const clocks = fc.constantFrom('T00:00:', ' 00:00:', 'T23:59:', 'T24:00:', 'T0', '')
  const ends = fc.constantFrom('00', '60', '00.5', '00+01:00', '00 PDT', '00 UTC', '0', '')
  const texts = fc.array(fc.tuple(parts, clocks, ends).map((all) => all.join('')))
  const options = fc.constantFrom<TimeOptions>(
    {},
    { at: 0 },
    { zone: 'Europe/Berlin' },
    { zones: { PDT: '-07:00' } },
  )
  const property = fc.property(texts, options, (texts, options) => {
    const key = isoTime(options)
    return texts.every((text) => Object.is(key(text), keyOf(text, options)))
  })
  t.doesNotThrow(() => fc.assert(property))
})

t.test('an item that is not text has no time: a merge names the item', async (t) => {
  for (const item of [
    undefined,
    null,
    5,
    new Date(START),
    Buffer.from('2026-01-01T00:00:00Z'),
    ['2026-01-01T00:00:00Z'],
  ])
    for (const options of [{}, { at: 1 }]) t.ok(Number.isNaN(keyOf(item as never, options)), String(item))
  t.throws(() => [...merge([[{ at: '2026' }]], { key: isoTime() as never })], {
    code: 'ERR_FANPIPE_KEY',
    message: /item 0: .*\{"at":"2026"\}/,
  })
})

t.test('bad options are refused at the call', async (t) => {
  const refused = (argument: string, options: unknown): void => {
    t.throws(() => isoTime(options as TimeOptions), { code: 'ERR_FANPIPE_ARGUMENT', argument })
  }
  for (const at of [-1, 1.5, NaN, '5']) refused('at', { at })
  for (const zone of ['', 'PDT', 'Mars/Phobos', '+24:00', '+02:60', '+2', '+02:00:30', 2, null])
    refused('zone', { zone })
  for (const zones of [
    'PDT',
    null,
    ['PDT'],
    { PDT: -7 },
    { PDT: 'PST' },
    { PDT: '+25:00' },
    { 'a b': '+01:00' },
    { '': '+01:00' },
  ])
    refused('zones', { zones })
  for (const order of ['dd/mm/yy', '', true]) refused('order', { order })
  refused('unit', { unit: 's' })
})

t.test('the message for a time with an ambiguous zone name says how to give its offset', (t) => {
  for (const [line, advice] of [
    [
      '2026-07-01 05:00:00.5 PDT LOG',
      /the key is NaN: if PDT is its time zone, give its offset in the option `zones` of the `key` function; otherwise use/,
    ],
    ['no time at all, PDT', /the key is NaN: use `keyless/],
  ] as const)
    t.throws(() => Array.from(merge([[line]], { key: isoTime() })), { message: advice })
  t.end()
})

t.test('a name with a number is one name, whatever follows it', async (t) => {
  const names = fc.constantFrom('GMT+3', 'GMT-8', 'UTC+3', 'UTC-03:30', 'GMT\u22128', 'UTC\u22123')
  const ends = fc.constantFrom('', ':', ': x', ' x', ']', '] x', ',', '\tx', '\r')
  const property = fc.property(names, ends, (name, end) =>
    Number.isNaN(keyOf(`2026-01-01 00:00:00 ${name}${end}`)),
  )
  t.doesNotThrow(() => fc.assert(property), 'ambiguous')
  const zones = { 'GMT+3': '+03:00', 'UTC-03:30': '-03:30' }
  const given = fc.property(
    ends,
    (end) =>
      keyOf(`2026-01-01 00:00:00 GMT+3${end}`, { zones }) === START - 3 * HOUR &&
      keyOf(`2026-01-01 00:00:00 UTC-03:30${end}`, { zones }) === START + 3.5 * HOUR,
  )
  t.doesNotThrow(() => fc.assert(given), 'given by `zones`')
  for (const longer of ['GMT+3x', 'GMT+30', 'GMT+3:30', 'UTC-03:300'])
    t.strictSame(keyOf(`2026-01-01 00:00:00 ${longer}`, { zones }), NaN, longer)
})

t.test('a word that begins as the name of a zone does is text', async (t) => {
  for (const word of ['Z-Wave', 'GMT-x', 'UTC-based'])
    t.strictSame(keyOf(`2026-01-01 00:00:00 ${word} x`, { zone: '+01:00' }), START - HOUR, word)
  for (const name of ['Z', 'Z -x', 'Z- x', 'UTC: x'])
    t.strictSame(keyOf(`2026-01-01 00:00:00 ${name}`, { zone: '+01:00' }), START, name)
})

t.test('halves of the day give NaN in all their forms', async (t) => {
  for (const half of ['AM', 'PM', 'am', 'pm', 'a.m.', 'p.m.', 'A.M.', 'P.M.', 'a. m.', 'p. m.', 'p.m'])
    t.strictSame(keyOf(`2026-01-01 11:00:00 ${half} x`), NaN, half)
  for (const text of ['a.map', 'p. message', 'a m', 'p.s.', 'app.m', 'a.', 'p'])
    t.strictSame(keyOf(`2026-01-01 00:00:00 ${text} x`), START, text)
})
