/**
 * Logs of real programs: those of tstack/lnav in the folder `lnav`, and an Apache log in the folder `elastic`, below the folder
 * FANPIPE_LOGS. They are no part of this repository.
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import * as f from '../lib/index.ts'

const folder = process.env['FANPIPE_LOGS'] ?? ''
const skip = folder === '' && 'FANPIPE_LOGS is not the path of a folder of real logs'

type Key = (line: string) => number
/** Reads the time of a line in another way than the library: by a regular expression and `Date.parse`. */
type Reading = Key

const by =
  (pattern: RegExp, date: (...parts: string[]) => string | number): Reading =>
  (line) => {
    const [, ...parts] = pattern.exec(line) ?? []
    const read = parts.length === 0 ? NaN : date(...parts)
    return typeof read === 'number' ? read : Date.parse(read)
  }
/** Up to milliseconds: `Date.parse` reads no more. */
const ISO = '(\\d{4}-\\d\\d-\\d\\d)[T ](\\d\\d:\\d\\d:\\d\\d)(?:[.,](\\d{1,3})\\d*)?'
const iso = (start: string, offset = 'Z'): Reading =>
  by(
    new RegExp(start + ISO),
    (day, time, fraction = '0') => `${day}T${time}.${fraction.padEnd(3, '0')}${offset}`,
  )
const syslog = by(
  /^([A-Z][a-z]{2}) +(\d+) ([\d:]{8}) /,
  (month, day, time) => `${month} ${day} 2013 ${time} GMT`,
)
const clf = by(
  /\[(\d+)\/(\w{3})\/(\d{4}):([\d:]{8}) ([+-]\d{4})\]/,
  (day, month, year, time, offset) => `${month} ${day} ${year} ${time} GMT${offset}`,
)
const scaled = (pattern: RegExp, unit: number): Reading => by(pattern, (digits) => Number(digits) / unit)

const any = f.logTime({ year: 2013 })
const zoned = f.logTime({ zones: { PDT: '-07:00' } })
const slashes = f.isoTime({ order: 'yy/mm/dd' })
const otel = f.jsonTime('resourceLogs.0.scopeLogs.0.logRecords.0.timeUnixNano')
const cloudflare = f.jsonTime('EdgeStartTimestamp')

/** A file, the key for its format, how many of its lines have no time and how many there are, and the other reading. */
const logs: readonly (readonly [file: string, key: Key, none: number, lines: number, reading: Reading])[] = [
  ['elastic/apache_logs', any, 0, 10_000, clf],
  ['lnav/logfile_shop_access_log.0', any, 0, 1000, clf],
  ['lnav/logfile_bunyan.0', any, 0, 10, iso('"time":"')],
  ['lnav/logfile_caddy_log.0', any, 0, 39, scaled(/"ts":([\d.]+)/, 1e-3)],
  ['lnav/logfile_docker_compose_with_ts.0', any, 0, 22, iso('\\| ')],
  ['lnav/logfile_java.0', any, 0, 20, iso('^')],
  ['lnav/logfile_json_invalid.json', any, 0, 13, iso('"ts": "')],
  ['lnav/logfile_logfmt.0', any, 0, 5, iso('^time="')],
  ['lnav/logfile_muxed_syslog.0', any, 0, 14, iso('"timestamp":"')],
  ['lnav/logfile_haproxy.0', any, 0, 17, syslog],
  ['lnav/logfile_rollover.2', any, 0, 375, syslog],
  ['lnav/logfile_syslog.3', any, 10, 17, syslog],
  ['lnav/logfile_postgres.0', zoned, 7, 28, iso('^', '-07:00')],
  ['lnav/logfile_bro_http.log.0', any, 9, 206, scaled(/^(\d{10}\.\d+)\t/, 1e-3)],
  ['lnav/logfile_w3c_big.0', any, 44, 254, iso('^')],
  ['lnav/logfile_laravel.0', any, 1334, 1416, iso('^\\[')],
  ['lnav/logfile_laravel.1', any, 60, 64, iso('^\\[')],
  [
    'lnav/logfile_spark.0',
    slashes,
    0,
    399,
    by(
      /^(\d\d)\/(\d\d)\/(\d\d) ([\d:]{8}) /,
      (year, month, day, time) => `20${year}-${month}-${day}T${time}Z`,
    ),
  ],
  ['lnav/logfile_otel_collector.jsonl', otel, 0, 6, scaled(/"timeUnixNano":"(\d+)"/, 1e6)],
  ['lnav/logfile_cloudflare.1', cloudflare, 0, 15, scaled(/"EdgeStartTimestamp":(\d+)/, 1e6)],
]

const linesOf = (file: string): string[] =>
  readFileSync(join(folder, file), 'utf8')
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
const source = (file: string) => f.lineSource(join(folder, file))

t.test('real logs', { skip }, async (t) => {
  t.test('the lines of each file have the time that another reading finds', async (t) => {
    for (const [file, key, none, count, reading] of logs) {
      if (!existsSync(join(folder, file))) {
        t.fail(`${file} is missing`)
        continue
      }
      const lines = await f.chain([source(file)]).toArray()
      assert.deepEqual(lines, linesOf(file))
      t.equal(lines.length, count, `lines of ${file}`)
      t.equal(lines.filter((line) => Number.isNaN(key(line))).length, none, `lines of ${file} without a time`)
      const wrong = lines.filter((line) => {
        const time = key(line)
        const expected = reading(line)
        return !(Number.isNaN(time) ? Number.isNaN(expected) : Math.abs(time - expected) < 1)
      })
      t.strictSame(wrong, [], `lines of ${file} with another time`)
    }
  })

  const traced = ['java.0', 'laravel.1', 'postgres.0', 'laravel.0'].map((name) => `lnav/logfile_${name}`)
  const isTimed = (line: string): boolean => !Number.isNaN(zoned(line))
  const byTime = (a: number, b: number): number => a - b

  /** The records of a file: a line with a time and those that follow it. */
  const recordsOf = (file: string): string[][] => {
    const records: string[][] = []
    for (const line of linesOf(file)) {
      if (isTimed(line) || records.length === 0) records.push([])
      records.at(-1)?.push(line)
    }
    return records
  }

  t.test('merges keep records whole, lose no line, and are sorted', async (t) => {
    const sorted = traced.filter((file) => {
      const times = linesOf(file).map(zoned).filter(Number.isFinite)
      return times.every((time, i) => i === 0 || (times[i - 1] as number) <= time)
    })
    t.ok(sorted.length > 1, 'several of the files are sorted')
    const records = traced.map(recordsOf)
    const expected = records.flat().map((lines) => lines.join('\n'))
    const sizes = { maxLines: 10_000, maxLength: 2 ** 22 }
    const lateness = 1e13
    const inputs = () => traced.map(source)
    const multiline = () => traced.map((file) => f.multiline({ start: isTimed, ...sizes })(source(file)))
    const wholes = {
      'merge of multiline': f.merge(
        multiline().filter((_, i) => sorted.includes(traced[i] as string)),
        { key: zoned },
      ),
      'lateness of multiline': f.mergeBoundedLateness(multiline(), { time: zoned, lateness }),
    }
    for (const [name, output] of Object.entries(wholes)) {
      const out = await (output).toArray()
      const all = name.startsWith('merge')
        ? sorted.flatMap(recordsOf).map((lines) => lines.join('\n'))
        : expected
      t.strictSame([...out].sort(), [...all].sort(), `${name}: every record is present`)
      const times = out.map(zoned)
      t.strictSame(times, [...times].sort(byTime), `${name}: sorted`)
    }
    for (const [name, output, files] of [
      ['merge with follow', f.merge(sorted.map(source), { key: zoned, keyless: 'follow' }), sorted],
      [
        'lateness with follow',
        f.mergeBoundedLateness(inputs(), { time: zoned, lateness, keyless: 'follow' }),
        traced,
      ],
    ] as const) {
      const out = await output.toArray()
      const groups: string[][] = []
      for (const line of out) {
        if (isTimed(line) || groups.length === 0) groups.push([])
        groups.at(-1)?.push(line)
      }
      const joined = (lists: string[][]): string[] => lists.map((lines) => lines.join('\n')).sort()
      t.strictSame(joined(groups), joined(files.flatMap(recordsOf)), `${name}: every record is whole`)
      const times = out.map(zoned).filter(Number.isFinite)
      t.strictSame(times, [...times].sort(byTime), `${name}: sorted`)
    }
  })

  t.test('an Apache log is nearly sorted: within 60 s, but not within 30 s', async (t) => {
    const apache = 'elastic/apache_logs'
    const lines = linesOf(apache)
    await t.rejects(f.merge([source(apache)], { key: any }).toArray(), { code: 'ERR_FANPIPE_ORDER' })
    const out = await f.mergeBoundedLateness([source(apache)], { time: any, lateness: 60_000 }).toArray()
    t.strictSame(
      out,
      [...lines].sort((a, b) => clf(a) - clf(b)),
    )
    const late: string[] = []
    const rest = await f
      .mergeBoundedLateness([source(apache)], {
        time: any,
        lateness: 30_000,
        late: (line: string) => void late.push(line),
      })
      .toArray()
    t.ok(late.length > 0)
    t.strictSame([...rest, ...late].sort(), [...lines].sort())
  })
})
