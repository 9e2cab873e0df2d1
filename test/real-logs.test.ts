/**
 * Logs of real programs: those of tstack/lnav in the folder `lnav`, and an Apache log in the folder `elastic`, below the folder
 * FANPIPE_LOGS. They are not part of this repository.
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import * as f from '../lib/index.ts'

const folder = process.env['FANPIPE_LOGS'] ?? ''
const skip = folder === '' && 'FANPIPE_LOGS is not the path of a folder of real logs'

/** Returns the time of a line, or NaN. */
type Key = (line: string) => number
/** A simple oracle for a key: a regular expression and `Date.parse`. */
type Oracle = Key

const by =
  (pattern: RegExp, date: (...parts: string[]) => string | number): Oracle =>
  (line) => {
    const [, ...parts] = pattern.exec(line) ?? []
    const read = parts.length === 0 ? NaN : date(...parts)
    return typeof read === 'number' ? read : Date.parse(read)
  }
/** Up to milliseconds, the precision of `Date.parse`. */
const ISO = '(\\d{4}-\\d\\d-\\d\\d)[T ](\\d\\d:\\d\\d:\\d\\d)(?:[.,](\\d{1,3})\\d*)?'
const iso = (start: string, offset = 'Z'): Oracle =>
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
const scaled = (pattern: RegExp, unit: number): Oracle => by(pattern, (digits) => Number(digits) / unit)

const any = f.logTime({ year: 2013 })
const zoned = f.logTime({ zones: { PDT: '-07:00' } })
const slashes = f.isoTime({ order: 'yy/mm/dd' })
const otel = f.jsonTime('resourceLogs.0.scopeLogs.0.logRecords.0.timeUnixNano')
const cloudflare = f.jsonTime('EdgeStartTimestamp')

/** A file, the key for its format, the number of lines without a time, the number of lines, and the oracle. */
const logs: readonly (readonly [file: string, key: Key, untimed: number, lines: number, oracle: Oracle])[] = [
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
  t.test("the times of each file's lines are those that the oracle finds", async (t) => {
    for (const [file, key, untimed, count, oracle] of logs) {
      if (!existsSync(join(folder, file))) {
        t.fail(`${file} is missing`)
        continue
      }
      const lines = await f.chain([source(file)]).toArray()
      assert.deepEqual(lines, linesOf(file))
      t.equal(lines.length, count, `lines of ${file}`)
      t.equal(
        lines.filter((line) => Number.isNaN(key(line))).length,
        untimed,
        `lines of ${file} without a time`,
      )
      const wrong = lines.filter((line) => {
        const time = key(line)
        const expected = oracle(line)
        return !(Number.isNaN(time) ? Number.isNaN(expected) : Math.abs(time - expected) < 1)
      })
      t.strictSame(wrong, [], `lines of ${file} with another time`)
    }
  })

  const withTraces = ['java.0', 'laravel.1', 'postgres.0', 'laravel.0'].map((name) => `lnav/logfile_${name}`)
  const isTimed = (line: string): boolean => !Number.isNaN(zoned(line))
  const byTime = (a: number, b: number): number => a - b

  /** Groups lines into records: a line with a time and the lines that follow it. */
  const recordsIn = (lines: readonly string[]): string[] => {
    const records: string[][] = []
    for (const line of lines) {
      if (isTimed(line) || records.length === 0) records.push([])
      records.at(-1)?.push(line)
    }
    return records.map((record) => record.join('\n'))
  }
  const recordsOf = (files: readonly string[]): string[] =>
    files.flatMap((file) => recordsIn(linesOf(file))).sort()

  t.test('merges keep records whole, lose no line, and are sorted', async (t) => {
    const sorted = withTraces.filter((file) => {
      const times = linesOf(file).map(zoned).filter(Number.isFinite)
      return times.every((time, i) => i === 0 || (times[i - 1] as number) <= time)
    })
    t.ok(sorted.length > 1, 'several of the files are sorted')
    const sizes = { maxLines: 10_000, maxLength: 2 ** 22 }
    const lateness = 1e13
    const joined = (files: readonly string[]) =>
      files.map((file) => f.multiline({ start: isTimed, ...sizes })(source(file)))
    for (const [name, output, files, isJoined] of [
      ['merge of multiline', f.merge(joined(sorted), { key: zoned }), sorted, true],
      [
        'mergeBoundedLateness of multiline',
        f.mergeBoundedLateness(joined(withTraces), { time: zoned, lateness }),
        withTraces,
        true,
      ],
      ['merge with follow', f.merge(sorted.map(source), { key: zoned, keyless: 'follow' }), sorted, false],
      [
        'mergeBoundedLateness with follow',
        f.mergeBoundedLateness(withTraces.map(source), { time: zoned, lateness, keyless: 'follow' }),
        withTraces,
        false,
      ],
    ] as const) {
      const items = await output.toArray()
      const records = isJoined ? items : recordsIn(items)
      t.strictSame([...records].sort(), recordsOf(files), `${name}: every record is whole`)
      const times = items.map(zoned).filter(Number.isFinite)
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
