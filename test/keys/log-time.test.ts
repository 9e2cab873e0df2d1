import fc from 'fast-check'
import t from 'tap'
import {
  clfTime,
  epochTime,
  isoTime,
  jsonTime,
  logTime,
  merge,
  mergeBoundedLateness,
  syslogTime,
  type LogTimeOptions,
} from '../../lib/iter.ts'
import { firstShown, mutated, offsets, seconds, shown } from '../instruments/times.ts'

const HOUR = 3_600_000
const TIME = Date.UTC(2026, 0, 31, 23, 59, 58)
const keyOf = (text: string, options?: LogTimeOptions): number => logTime(options)(text)

/** For each format: lines, their time, and the dedicated key function. */
interface Format {
  readonly line: (
    wall: number,
    milli: string,
    offset: string,
  ) => readonly [before: string, time: string, after: string]
  /** Whether the line contains a fraction and an offset. */
  readonly fraction: boolean
  readonly offset: boolean
}

const iso = (wall: number): string => new Date(wall).toISOString().slice(0, 19)
const old = (wall: number): string =>
  `${shown(wall).name} ${shown(wall).day.replace(/^0/, ' ')} ${shown(wall).clock}`
const colon = (offset: string): string => `${offset.slice(0, 3)}:${offset.slice(3)}`
const unix = (wall: number, offset: string, milli: string, point = ''): string => {
  const ahead = Date.parse(`2026-01-01T00:00:00Z`) - Date.parse(`2026-01-01T00:00:00${colon(offset)}`)
  return String((wall - ahead) / 1000) + point + milli
}

const formats: Readonly<Record<string, Format>> = {
  'a date in ISO 8601': {
    line: (wall, milli, offset) => ['', `${iso(wall)}.${milli}${colon(offset)}`, ' INFO [main] started'],
    fraction: true,
    offset: true,
  },
  'a date in brackets, as Laravel writes it': {
    line: (wall) => ['[', iso(wall).replace('T', ' '), '] local.ERROR: x {"exception":"[object] (Error)"}'],
    fraction: false,
    offset: false,
  },
  'Java, with a comma': {
    line: (wall, milli) => ['', `${iso(wall)},${milli}`, ' INFO [main   ] Version : x'],
    fraction: true,
    offset: false,
  },
  'PostgreSQL, with an offset': {
    line: (wall, milli, offset) => [
      '',
      `${iso(wall).replace('T', ' ')}.${milli} ${offset}`,
      ' [12345] LOG:  ready',
    ],
    fraction: true,
    offset: true,
  },
  'an extended log of W3C': {
    line: (wall) => ['', iso(wall).replace('T', ' '), ' 100.79.192.81 GET /robots.txt - 80'],
    fraction: false,
    offset: false,
  },
  'nginx errors, with slashes': {
    line: (wall) => ['', iso(wall).replace('T', ' ').replaceAll('-', '/'), ' [error] 5#0: *1 open() failed'],
    fraction: false,
    offset: false,
  },
  'Docker Compose': {
    line: (wall, milli) => ['\u001b[2Kredis-1  | ', `${iso(wall)}.${milli}Z`, ' 1:M * Ready'],
    fraction: true,
    offset: false,
  },
  'a colour before the date': {
    line: (wall, milli) => ['\u001b[1;32m', `${iso(wall)}.${milli}Z`, '\u001b[0m x'],
    fraction: true,
    offset: false,
  },
  'a file name before the date': {
    line: (wall) => ['logs/app-2025-01-02T03:04:05.log:', iso(wall), ' x'],
    fraction: false,
    offset: false,
  },
  'an access log': {
    line: (wall, _, offset) => {
      const { day, name, year, clock } = shown(wall)
      return ['10.0.0.1 - frank ', `[${day}/${name}/${year}:${clock} ${offset}]`, ' "GET / HTTP/1.1" 200 5']
    },
    fraction: false,
    offset: true,
  },
  'RFC 5424': {
    line: (wall, milli, offset) => ['<34>1 ', `${iso(wall)}.${milli}${colon(offset)}`, ' host su - - - x'],
    fraction: true,
    offset: true,
  },
  'RFC 3164': {
    line: (wall) => ['<34>', old(wall), ' host su[5]: x'],
    fraction: false,
    offset: false,
  },
  'RFC 3164 in a file': {
    line: (wall) => ['', old(wall), ' host su[5]: x'],
    fraction: false,
    offset: false,
  },
  klog: {
    line: (wall, milli) => {
      const { month, day, clock } = shown(wall)
      return ['', `W${month}${day} ${clock}.${milli}000`, '   12345 main.go:12] x']
    },
    fraction: true,
    offset: false,
  },
  'JSON with a date': {
    line: (wall, milli, offset) => [
      '{"level":30,"msg":"at 1999-01-01T00:00:00Z","timestamp":"',
      `${iso(wall)}.${milli}${colon(offset)}`,
      '","pid":5}',
    ],
    fraction: true,
    offset: true,
  },
  'JSON with a number, as Caddy writes it under Docker Compose': {
    line: (wall, milli, offset) => [
      'caddy  | {"level":"info","ts":',
      unix(wall, offset, milli, '.'),
      ',"msg":"x"}',
    ],
    fraction: true,
    offset: true,
  },
  'logfmt with a date': {
    line: (wall, milli, offset) => [
      'level=info msg="at 1999-01-01T00:00:00Z" at=1999-01-01T00:00:00Z time="',
      `${iso(wall)}.${milli}${colon(offset)}`,
      '" pod=a',
    ],
    fraction: true,
    offset: true,
  },
  'logfmt with a number': {
    line: (wall, milli, offset) => ['ts=', unix(wall, offset, milli, '.'), ' level=info'],
    fraction: true,
    offset: true,
  },
  'a number, as Bro writes it': {
    line: (wall, milli, offset) => ['', unix(wall, offset, milli, '.'), '\tCwFs1P2U\t192.168.2.76'],
    fraction: true,
    offset: true,
  },
  'a number in brackets': {
    line: (wall, milli, offset) => ['[', unix(wall, offset, milli), '] SERVICE ALERT'],
    fraction: true,
    offset: true,
  },
}

/** Seconds whose Unix time has ten digits, whatever the offset. */
const walls = seconds.filter((time) => time > Date.UTC(2001, 9) && time < Date.UTC(2099, 11))
const millis = fc.nat(999).map((milli) => String(milli).padStart(3, '0'))
const written = fc.tuple(walls, millis, offsets)

for (const [name, { line, fraction, offset }] of Object.entries(formats)) {
  t.test(`${name}: every line has its time`, async (t) => {
    const property = fc.property(written, ([wall, milli, { text, ahead }]) => {
      const wanted = wall + (fraction ? Number(milli) : 0) - (offset ? ahead : 0)
      const year = new Date(wall).getUTCFullYear()
      return keyOf(line(wall, milli, text).join(''), { year }) === wanted
    })
    t.doesNotThrow(() => fc.assert(property, { numRuns: 200 }))
  })
}

/** A reference with regular expressions: the time of a line in these formats, without text that could be mistaken for one. */
function strictly(line: string, year: number): number {
  if (/^(?:\s|[#})])/.test(line)) return NaN
  const number = /^[[({<"'`]*((?:\d{10}|\d{13}|\d{16}|\d{19})(?:\.\d+)?)(?:$|[\s,;|:\])}>"'`])/.exec(
    line,
  )?.[1]
  if (number !== undefined) {
    const time = epochTime()(number)
    if (time >= Date.UTC(2000) && time < Date.UTC(2100)) return time
  }
  const clean = line
    .replaceAll(/\u001b\[[\d;]*[A-Za-z]/g, '\u001b')
    .replaceAll(/(?<!\b(?:time|ts))=("[^"]*"|[^\s"]*)/g, '=x')
  const shapes: readonly (readonly [RegExp, (text: string) => number])[] = [
    [/(?<![-\w./+\\%&?=~])\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:/, isoTime()],
    [/(?<![-\w./+\\%&?=~])\d\d([-/.])\d\d\1(?:\d\d|\d{4})[T ]\d\d:/, () => NaN],
    [/\[\d\d\//, clfTime()],
    [
      /(?<![-\w./+\\%&?=~])(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d[T ]\d\d:/,
      syslogTime({ year }),
    ],
    [
      /(?<![-\w./+\\%&?=~])[IWEF]\d{4} \d\d:/,
      (text) => isoTime()(`${year}-${text.slice(1, 3)}-${text.slice(3, 5)}T${text.slice(6)}`),
    ],
    [/\{\s*"/, jsonTime()],
    [
      /(?<![^\s[({<"'`])(?:time|ts)=/,
      (text) => {
        const value = text.slice(text.indexOf('=') + 1)
        const quoted = /^"([^"]*)"/.exec(value)?.[1]
        if (value.startsWith('"') && quoted === undefined) return NaN
        return quoted === undefined && !/^\d+(?:\.\d+)?(?:$|\s)/.test(value)
          ? isoTime({ at: 0 })(value)
          : jsonTime()(`{"time":"${quoted ?? value.replace(/\s.*/, '')}"}`)
      },
    ],
  ]
  const found = shapes
    .map(([shape, read]) => ({ at: clean.search(shape), read }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)[0]
  return found === undefined ? NaN : found.read(clean.slice(found.at))
}

t.test('a changed character in the time gives NaN or the changed time', async (t) => {
  for (const [name, { line }] of Object.entries(formats)) {
    const changed = written.chain(([wall, milli, { text }]) => {
      const [before, time, after] = line(wall, milli, text)
      return fc.tuple(
        fc.constant(new Date(wall).getUTCFullYear()),
        mutated(before + time + after, before.length, before.length + time.length),
      )
    })
    const property = fc.property(changed, ([year, line]) =>
      Object.is(keyOf(line, { year }), strictly(line, year)),
    )
    t.doesNotThrow(() => fc.assert(property, { numRuns: 500 }), name)
  }
})

t.test('the first text shaped like a time decides; if it is invalid, the result is NaN', async (t) => {
  const later = ' 2026-01-31T23:59:58Z'
  const given: Readonly<Record<string, number>> = {
    [`2026-02-30T00:00:00Z${later}`]: NaN,
    [`2026-01-31T24:00:00Z${later}`]: NaN,
    [`2026-01/31 00:00:00${later}`]: NaN,
    [`x [31/Feb/2026:00:00:00 +0000]${later}`]: NaN,
    [`[25/Feb/2019:16:19:48.143]${later}`]: NaN,
    [`Jan 32 00:00:00 x${later}`]: NaN,
    [`Sun Jan 11 22:14:15 2026${later}`]: NaN,
    [`[Sun Jan 11 22:14:15.123456 2026]${later}`]: NaN,
    [`Jan 11 22:14:15 2026${later}`]: NaN,
    [`I0132 00:00:00.5 1 x${later}`]: NaN,
    [`17/06/09 20:10:40 INFO${later}`]: NaN,
    [`31.01.2026 20:10:40 INFO${later}`]: NaN,
    [`01/31/2026 20:10:40 INFO${later}`]: NaN,
    [`17/06/093 20:10:40 INFO${later}`]: TIME,
    [`17/06-09 20:10:40 INFO${later}`]: TIME,
    [`17/0x/09 20:10:40 INFO${later}`]: TIME,
    [`x7/06/09 20:10:40 INFO${later}`]: TIME,
    [`1a/06/09 20:10:40 INFO${later}`]: TIME,
    [`{"a":1}${later}`]: NaN,
    [`{ "msg":"${later}","level":30`]: NaN,
    [`ts=x${later}`]: NaN,
    [`ts="x${later}`]: NaN,
    [`time=${later}`]: NaN,
    [`{} x${later}`]: TIME,
    [`{a}${later}`]: TIME,
    [`2026-01-31 x${later}`]: TIME,
    [`2026-01-31T23${later}`]: TIME,
    [`Jan 31 x${later}`]: TIME,
    [`Jan 31 23-59 x${later}`]: TIME,
    [`Jan 3x 23:59 x${later}`]: TIME,
    [`Jan x1 23:59 x${later}`]: TIME,
    [`Jax 31 23:59 x${later}`]: TIME,
    [`I0131 x${later}`]: TIME,
    [`I01x1 23:59 x${later}`]: TIME,
    [`Ix131 23:59 x${later}`]: TIME,
    [`10.0.0.1 - - [x]${later}`]: TIME,
    [`9999999999${later}`]: TIME,
    [`0000000001${later}`]: TIME,
    [`123456789${later}`]: TIME,
    [`12345678901${later}`]: TIME,
    [`1735689600-x${later}`]: TIME,
    [`1735689600.5.1${later}`]: TIME,
    [`1735689600x${later}`]: TIME,
    [`x 1735689600${later}`]: TIME,
    [`1735689600${later}`]: 1735689600000,
    [`1735689600,404,x`]: 1735689600000,
    [`"1735689600",404,x`]: 1735689600000,
    ['1735689600']: 1735689600000,
    ['1735689600123456789']: 1735689600123.456789,
  }
  for (const [line, wanted] of Object.entries(given)) t.strictSame(keyOf(line, { year: 2026 }), wanted, line)
})

t.test('a time must be in the first 128 characters, and not part of a word or a path', async (t) => {
  const time = '2026-01-31T23:59:58Z'
  t.strictSame(keyOf(`${'x'.repeat(126)} ${time}`), TIME)
  t.strictSame(keyOf(`${'x'.repeat(127)} ${time}`), NaN)
  t.strictSame(keyOf(`${'a '.repeat(63)}{"level":"${'x'.repeat(500)}","time":"${time}"}`), TIME)
  for (const before of [
    '[',
    '(',
    '<13>',
    '"',
    'a: ',
    'a:',
    'a,',
    'a|',
    'a\t',
    '* ',
    '\u2502 ',
    'a = ',
    'a=b ',
    '\u001b]0;x ',
    '\u001b',
    '{ ',
  ])
    t.strictSame(keyOf(before + time), TIME, before)
  for (const before of [
    'x',
    '5',
    '\u00e9',
    '_',
    '-',
    '.',
    '/',
    '+',
    '\\',
    '%',
    '&',
    '?',
    '=',
    '~',
    'a=',
    'a="',
    'a="\\" ',
    '\u001b[31',
  ])
    t.strictSame(keyOf(`a${before}${time}`), NaN, before)
  t.strictSame(keyOf(`\u00e9${time}`), NaN)
  t.strictSame(keyOf(`\u00e9t\u00e9 ${time}`), TIME)
  for (const before of [' ', '\t', '\n', '\r', '#', '}', ')', 'Caused by: ']) {
    t.strictSame(keyOf(before + time), NaN, `${JSON.stringify(before)} continues a record`)
    t.strictSame(keyOf(`${before}{"time":"${time}"}`), NaN)
  }
  for (const line of [
    '',
    '[stacktrace]',
    'no time',
    '    at main (a.js:5:3)',
    '"} ',
    '12:30',
    '2026-01-31',
    '{',
    '=',
  ])
    t.strictSame(keyOf(line), NaN, line)
  for (const item of [undefined, null, TIME, {}, [time]])
    t.ok(Number.isNaN(keyOf(item as never)), String(item))
})

t.test('logfmt: only the fields time and ts count, with a number or a date', async (t) => {
  const given: Readonly<Record<string, number>> = {
    'time=2026-01-31T23:59:58Z x=1': TIME,
    'time="2026-01-31 23:59:58" x=1': TIME,
    'ts=1769903998': TIME,
    'ts="1769903998000" x': TIME,
    'level=info ts=1769903998.5 x': TIME + 500,
    'web-1 | ts=1769903998 x': TIME,
    '[ts=1769903998 x]': TIME,
    'a={"time":"2026-01-31T23:59:58Z"}': TIME,
    'a="x ts=5" ts=1769903998': TIME,
    'a= ts=1769903998': TIME,
    'ts=1769903998x': NaN,
    'ts=1769903998]': NaN,
    'ts=': NaN,
    'ts="': NaN,
    'ts=17 x': NaN,
    'http.time=5 ts=1769903998': TIME,
    'uptime=5 ts=1769903998': TIME,
    'counts=5 ts=1769903998': TIME,
    'x=5ts=1769903998': NaN,
    'GET /?ts=1769903998': NaN,
    'timestamp=2026-01-31T23:59:58Z': NaN,
  }
  for (const [line, wanted] of Object.entries(given)) t.strictSame(keyOf(line), wanted, line)
})

t.test('a time without year or offset is read with the options', async (t) => {
  t.strictSame(keyOf('Jan 31 23:59:58 host x'), NaN)
  t.strictSame(keyOf('I0131 23:59:58.000000 1 x'), NaN)
  const before = new Date('2026-06-01')
  t.strictSame(keyOf('Jan 31 23:59:58 host x', { before }), TIME)
  t.strictSame(keyOf('I0131 23:59:58.000000 1 x', { before }), TIME)
  t.strictSame(keyOf('F1231 23:59:58.000000 1 x', { before }), Date.UTC(2025, 11, 31, 23, 59, 58))
  const zones = { PDT: '-07:00' }
  for (const line of [
    '2026-01-31 23:59:58 PDT x',
    'Jan 31 23:59:58 PDT x',
    '{"time":"2026-01-31 23:59:58 PDT"}',
    'time="2026-01-31 23:59:58 PDT"',
  ]) {
    t.strictSame(keyOf(line, { before }), NaN, line)
    t.strictSame(keyOf(line, { before, zones }), TIME + 7 * HOUR, line)
  }
  for (const zone of ['Europe/Berlin', 'America/New_York']) {
    const key = logTime({ zone, year: 2026 })
    const starts = [Date.UTC(2026, 2, 8), Date.UTC(2026, 2, 29), Date.UTC(2026, 9, 25), Date.UTC(2026, 10, 1)]
    const near = fc.tuple(fc.constantFrom(...starts), fc.nat(4 * 3600))
    const property = fc.property(near, ([start, second]) => {
      const wall = start + second * 1000
      const { month, day, clock } = shown(wall)
      const lines = [
        `${iso(wall)} x`,
        `${iso(wall).replaceAll('-', '/').replace('T', ' ')} [error] x`,
        `${old(wall)} host x`,
        `E${month}${day} ${clock}.000000 1 x`,
        `{"ts":"${iso(wall)}"}`,
        `ts=${iso(wall)} x`,
      ]
      const wanted = firstShown(zone, wall)
      return lines.every((line) => Object.is(key(line), wanted))
    })
    t.doesNotThrow(() => fc.assert(property, { numRuns: 100 }), zone)
  }
})

t.test('a key function is pure: earlier calls do not change its result', async (t) => {
  const lines = Object.values(formats).flatMap(({ line }) =>
    [0, 86_400_000].map((more) => line(TIME + more, '125', '+0130').join('')),
  )
  const property = fc.property(
    fc.array(fc.constantFrom(...lines, '', 'x', '2026-02-30 00:00:00')),
    (lines) => {
      const reused = logTime({ year: 2026 })
      return lines.every((line) => Object.is(reused(line), keyOf(line, { year: 2026 })))
    },
  )
  t.doesNotThrow(() => fc.assert(property))
})

t.test(
  'logs of different formats can be merged by it, and lines without a time follow the line before',
  async (t) => {
    const logs = [
      ['2026-01-01T00:00:00Z a', 'Caused by: 2026-01-01T00:00:09Z b', '2026-01-01T00:00:03Z e'],
      ['{"time":1767225601000,"msg":"c"}'],
      ['- - - [01/Jan/2026:00:00:02 +0000] "d"'],
    ]
    const merged = [...merge(logs, { key: logTime(), keyless: 'follow' })]
    t.strictSame(merged, [logs[0]![0], logs[0]![1], logs[1]![0], logs[2]![0], logs[0]![2]])
    t.throws(() => [...merge(logs, { key: logTime() })], { code: 'ERR_FANPIPE_KEY', source: 0, index: 1 })
    const autumn = [['2026-10-25 02:59:59 b', '2026-10-25 02:00:00 a']]
    const berlin = logTime({ zone: 'Europe/Berlin' })
    t.throws(() => [...merge(autumn, { key: berlin })], {
      code: 'ERR_FANPIPE_ORDER',
      message: /zone Europe\/Berlin/,
    })
    t.strictSame([...mergeBoundedLateness(autumn, { time: berlin, lateness: HOUR })], autumn[0]!.toReversed())
  },
)

t.test('bad options are refused at the call', async (t) => {
  const refused = (argument: string, options: unknown): void => {
    t.throws(() => logTime(options as LogTimeOptions), { code: 'ERR_FANPIPE_ARGUMENT', argument })
  }
  refused('zone', { zone: 'PDT' })
  refused('zones', { zones: { PDT: -7 } })
  refused('year', { year: '2026' })
  refused('before', { before: '2026' })
  refused('before', { year: 2026, before: 0 })
  refused('order', { order: 'yy/mm/dd' })
  refused('options', null)
})
