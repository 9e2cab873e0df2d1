import fc from 'fast-check'
import t from 'tap'
import {
  epochTime,
  isoTime,
  jsonTime,
  merge,
  mergeBoundedLateness,
  type JsonPath,
  type JsonTimeOptions,
} from '../../lib/iter.ts'
import { firstShown, fractions, milliOf, mutated, seconds, shown } from '../instruments/times.ts'

const USUAL = ['time', 'ts', 'timestamp', '@timestamp', 'date']
const keyOf = (text: string, path?: JsonPath, options?: JsonTimeOptions): number =>
  jsonTime(path, options)(text)

/** A reference with JSON.parse: the result of isoTime or epochTime for the first usual member. */
function parsed(line: string): number {
  let object: unknown
  try {
    object = JSON.parse(line)
  } catch {
    return NaN
  }
  if (typeof object !== 'object' || object === null || Array.isArray(object)) return NaN
  return timeOf(Object.entries(object).find(([name]) => USUAL.includes(name))?.[1])
}

function timeOf(value: unknown): number {
  if (typeof value === 'number') return epochTime()(JSON.stringify(value))
  if (typeof value !== 'string') return NaN
  return /^\d*(\.\d+)?$/.test(value) ? epochTime()(value) : isoTime()(value)
}

const times = fc.oneof(
  fc
    .tuple(seconds, fractions)
    .map(([time, fraction]) => new Date(time).toISOString().slice(0, 19) + (fraction && `.${fraction}`)),
  seconds.map((time) => new Date(time).toISOString()),
  seconds.map((time) => String(time / 1000).padStart(10, '0')),
  fc.integer({ min: 1e9, max: 4e9 }),
  fc.integer({ min: 1e12, max: 4e12 }),
  fc.constantFrom(null, true, '', 'soon', 5, -5, 1.5, [], {}),
)
const names = fc.oneof(fc.constantFrom(...USUAL), fc.string({ maxLength: 6 }))
const members = fc.dictionary(
  names.filter((name) => !/^\d+$/.test(name)),
  fc.oneof(times, fc.jsonValue()),
  { noNullPrototype: true },
)
const spaces = fc.constantFrom(undefined, 1, '\t')

t.test('the first usual member counts, wherever it is and whatever the spacing', async (t) => {
  const property = fc.property(members, spaces, fc.constantFrom('', ' ', '\t'), (object, space, before) => {
    const line = before + JSON.stringify(object, undefined, space)
    return Object.is(keyOf(line), parsed(line))
  })
  t.doesNotThrow(() => fc.assert(property, { numRuns: 3000 }))
})

t.test('a line cut off after its time still has it; one cut off before it has none', async (t) => {
  const property = fc.property(members, times, members, fc.nat(), (before, time, after, place) => {
    const start = JSON.stringify({ ...before, time: 0 }).replace(/"time":0.*$/s, '')
    if (USUAL.some((name) => Object.hasOwn(before, name))) return true
    const line = `${start}"time":${JSON.stringify(time)},"rest":${JSON.stringify(after)}}`
    const end = line.length - `"rest":${JSON.stringify(after)}}`.length
    const cut = line.slice(0, place % (line.length + 1))
    return Object.is(keyOf(cut), cut.length >= end - (typeof time === 'string' ? 1 : 0) ? timeOf(time) : NaN)
  })
  t.doesNotThrow(() => fc.assert(property, { numRuns: 3000 }))
})

t.test('a changed character in the time gives NaN or the changed time', async (t) => {
  const lines = fc.tuple(seconds, fc.constantFrom('Z', '.125Z', '+01:00', '')).chain(([time, ending]) => {
    const value = new Date(time).toISOString().slice(0, 19) + ending
    return mutated(`{"time":"${value}","level":30}`, '{"time":"'.length, '{"time":"'.length + value.length)
  })
  const numbers = fc.constantFrom('1767225600', '1767225600123', '1767225600.5', '"1767225600123456789"')
  const changed = fc.oneof(
    lines,
    numbers.chain((value) => mutated(`{"a":[{}],"ts":${value},"level":30}`, 15, 15 + value.length)),
  )
  const property = fc.property(changed, (line) => {
    const [, text, digits] = STRICT.exec(line) ?? []
    const wanted = text === undefined ? epochTime()(digits ?? '') : timeOf(text)
    return Object.is(keyOf(line), wanted)
  })
  t.doesNotThrow(() => fc.assert(property, { numRuns: 5000 }))
})

const STRICT = /"(?:time|ts)": ?(?:"([^"]*)"|(\d+(?:\.\d+)?)(?=[,}\] ]))/

t.test('examples of lines with and without a time', async (t) => {
  const time = Date.UTC(2026, 0, 1)
  const iso = '"2026-01-01T00:00:00Z"'
  const given: Readonly<Record<string, number>> = {
    [`{"ts":${iso}}`]: time,
    [` { "ts" : ${iso} , "x": 1 }`]: time,
    [`{"a":1,"b":"x,}","c":[{"time":5},"]"],"d":{"ts":[]},"date":${iso}}`]: time,
    [`{"a":"\\"","b":"\\\\","@timestamp":${iso}`]: time,
    [`{"a":"\\\\\\"time\\":","@timestamp":${iso}`]: time,
    [`{"a":tru,"ts":${iso}`]: time,
    [`{"timestamp":${iso},"time":${iso.replace('2026', '2025')}}`]: time,
    [`{"time":${iso},"time":${iso.replace('2026', '2025')}}`]: time,
    '{"time":"[2026-01-01 00:00:00] x"}': time,
    '{"time":"2026-01-01T01:00:00\\u002B01:00"}': time,
    '{"time":"2026\\/01\\/01 00:00:00"}': time,
    '{"time":"2026-01-01T00:00:00\\x"}': NaN,
    '{"time":"2026-01-01T00:00:00 PDT"}': NaN,
    '{"time":1767225600}': time,
    '{"time":1767225600 }': time,
    '{"time":1767225600000,5}': time,
    '{"time":1767225600.25,"x":1}': time + 250,
    '{"time":"1767225600000"}': time,
    '{"time":"1767225600.25"}': time + 250,
    '{"time":"1767225600000000000"}': time,
    '{"time":1767225600': NaN,
    '{"time":1767225600.': NaN,
    '{"time":1767225600.5': NaN,
    '{"time":1767225600x}': NaN,
    '{"time":1.7672256e9}': NaN,
    '{"time":-1767225600}': NaN,
    '{"time":"1767225600x"}': NaN,
    '{"time":"2026-01-01T00:00:00': NaN,
    '{"time":"2026-01-01T00:00:00Z\\"': NaN,
    '{"time":2026-01-01T00:00:00Z}': NaN,
    '{"time":""}': NaN,
    '{"time":null}': NaN,
    '{"time":{"ts":1767225600}}': NaN,
    '{"time":': NaN,
    '{"time"': NaN,
    '{"time': NaN,
    '{"time" 1767225600}': NaN,
    '{"a":1;"time":1767225600}': NaN,
    '{"a":{"b":[1}': NaN,
    '{"a":"b" "time":1767225600}': NaN,
    '{"a":["x': NaN,
    '{"a":1}': NaN,
    '{"a":1]"time":1767225600}': NaN,
    '{"a":{"time":1767225600}}': NaN,
    '{"message":"\\"time\\":1767225600"}': NaN,
    '{"Time":1767225600}': NaN,
    '{"times":1767225600}': NaN,
    '{time:1767225600}': NaN,
    '{}': NaN,
    '{': NaN,
    '[{"time":1767225600}]': NaN,
    '"time":1767225600': NaN,
    '2026-01-01T00:00:00Z': NaN,
    '': NaN,
  }
  for (const [line, wanted] of Object.entries(given)) t.strictSame(keyOf(line), wanted, line)
  for (const item of [undefined, null, 5, { time: 1767225600 }, ['{"time":1767225600}']])
    t.ok(Number.isNaN(keyOf(item as never)), String(item))
})

t.test('a path leads to a nested member or an array element', async (t) => {
  const line =
    '{"a.b":1767225601,"a":{"b":1767225602,"":1767225603},"list":[[],{"at":1767225604},1767225605,"x"],"0":1767225606,"q\\"":1767225607}'
  const given: readonly (readonly [JsonPath, number])[] = [
    ['a.b', 1767225602000],
    [['a.b'], 1767225601000],
    [['a', 'b'], 1767225602000],
    ['a.', 1767225603000],
    ['list.1.at', 1767225604000],
    [['list', 2], 1767225605000],
    ['list.2', 1767225605000],
    ['list.0', NaN],
    ['list.3', NaN],
    ['list.4', NaN],
    ['list.9', NaN],
    ['list.0.0', NaN],
    ['list.-1', NaN],
    ['list.01', NaN],
    ['list.at', NaN],
    ['0', 1767225606000],
    [[0], 1767225606000],
    ['q"', 1767225607000],
    ['a', NaN],
    ['a.b.c', NaN],
    ['a.0', NaN],
    ['c', NaN],
  ]
  for (const [path, wanted] of given) t.strictSame(keyOf(line, path), wanted, JSON.stringify(path))
  const otel = '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1700000000000000000"'
  t.strictSame(keyOf(`${otel}}]}]}]}`, 'resourceLogs.0.scopeLogs.0.logRecords.0.timeUnixNano'), 1.7e12)
  t.strictSame(keyOf('{"a":[1767225600,5]}', 'a.0'), 1767225600000, 'a comma is not a decimal point')
  const path = ['a', 'b']
  const key = jsonTime(path)
  path.pop()
  t.strictSame(key(line), 1767225602000, 'read at the call')
})

t.test(
  'numbers are read with the unit of epochTime, strings with the zone and order of isoTime',
  async (t) => {
    t.strictSame(keyOf('{"t":250}', 't', { unit: 'ms' }), 250)
    t.strictSame(keyOf('{"t":"1.5"}', 't', { unit: 's' }), 1500)
    t.strictSame(keyOf('{"t":"26/01/01 00:00:00"}', 't', { order: 'yy/mm/dd' }), Date.UTC(2026, 0, 1))
    t.strictSame(
      keyOf('{"t":"2026-01-01 00:00:00 PDT"}', 't', { zones: { PDT: '-07:00' } }),
      Date.UTC(2026, 0, 1, 7),
    )
    for (const zone of ['Europe/Berlin', 'America/New_York']) {
      const key = jsonTime(undefined, { zone })
      const starts = [
        Date.UTC(2026, 2, 8),
        Date.UTC(2026, 2, 29),
        Date.UTC(2026, 9, 25),
        Date.UTC(2026, 10, 1),
      ]
      const near = fc.tuple(fc.constantFrom(...starts), fc.nat(4 * 3600))
      const property = fc.property(near, ([start, second]) => {
        const wall = start + second * 1000
        const { year, month, day, clock } = shown(wall)
        return Object.is(key(`{"time":"${year}-${month}-${day} ${clock}"}`), firstShown(zone, wall))
      })
      t.doesNotThrow(() => fc.assert(property, { numRuns: 200 }), zone)
    }
    t.strictSame(keyOf('{"ts":1767225600.0625}'), Date.UTC(2026, 0, 1) + milliOf('0625'))
  },
)

t.test(
  'JSON logs can be merged by it, even if nearly sorted, and an OrderError mentions that clocks are set back',
  async (t) => {
    const line = (second: number, name: string): string =>
      `{"level":30,"time":"2026-10-25 02:00:0${second}","msg":"${name}"}`
    const names = (lines: Iterable<string>): string => Array.from(lines, (line) => line.at(-3)).join('')
    t.strictSame(names(merge([[line(0, 'a'), line(2, 'c')], [line(1, 'b')]], { key: jsonTime() })), 'abc')
    const nearly = [[line(1, 'b'), line(0, 'a')]]
    t.strictSame(names(mergeBoundedLateness(nearly, { time: jsonTime(), lateness: 1000 })), 'ab')
    t.throws(() => [...merge(nearly, { key: jsonTime('time', { zone: 'Europe/Berlin' }) })], {
      code: 'ERR_FANPIPE_ORDER',
      message: /zone Europe\/Berlin/,
    })
    t.throws(() => [...merge([[line(0, 'a'), '{}']], { key: jsonTime() })], {
      code: 'ERR_FANPIPE_KEY',
      index: 1,
    })
  },
)

t.test('bad options are refused at the call', async (t) => {
  const refused = (argument: string, path: unknown, options?: unknown): void => {
    t.throws(() => jsonTime(path as string, options as JsonTimeOptions), {
      code: 'ERR_FANPIPE_ARGUMENT',
      argument,
    })
  }
  for (const path of ['', [], [1.5], [null], 5, null, { zone: 'UTC' }]) refused('path', path)
  refused('zone', 'a', { zone: 'PDT' })
  refused('zones', 'a', { zones: { PDT: -7 } })
  refused('order', 'a', { order: 'dd/mm/yy' })
  refused('unit', 'a', { unit: 'h' })
  refused('at', 'a', { at: 1 })
  refused('options', 'a', 5)
})

t.test(
  'any character of a name may be escaped, as some writers do with all that are not ASCII',
  async (t) => {
    const time = Date.UTC(2026, 0, 1)
    const escaped = (name: string, which: readonly boolean[]): string =>
      Array.from({ length: name.length }, (_, i) =>
        which[i] === true
          ? `\\u${name.charCodeAt(i).toString(16).padStart(4, '0')}`
          : JSON.stringify(name[i]).slice(1, -1),
      ).join('')
    const names = fc.constantFrom('größe', 'a/b', 'a"b', 'x y', '时间', 'back\\nslash', 'time')
    const property = fc.property(names, fc.array(fc.boolean(), { maxLength: 10 }), (name, which) => {
      const line = `{"level":30,"${escaped(name, which)}":${time},"${name.slice(1)}x":5}`
      return keyOf(line, [name]) === time && keyOf(`{"r":${line}}`, ['r', name]) === time
    })
    t.doesNotThrow(() => fc.assert(property, { numRuns: 500 }))
    t.strictSame(keyOf(`{"a\\/b":${time}}`, 'a/b'), time)
    t.strictSame(keyOf(`{"t\\u0069me":${time},"ts":5}`), time, 'the first of the usual names')
    t.strictSame(keyOf(`{"back\\nslash":${time}}`, ['back\\nslash']), NaN, 'a line feed is no backslash')
    t.strictSame(keyOf(`{"ti\\xme":${time}}`, 'time'), NaN)
  },
)
