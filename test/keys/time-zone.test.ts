import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import t from 'tap'
import { isoTime, merge, mergeBoundedLateness, syslogTime } from '../../lib/iter.ts'
import { scriptArgs } from '../instruments/scripts.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** The wall-clock time in the zone, read as if it were UTC. */
function clockOf(zone: string): (time: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  return (time) => {
    const part = Object.fromEntries(
      format.formatToParts(time).map(({ type, value }) => [type, Number(value)]),
    )
    return Date.UTC(
      part['year']!,
      part['month']! - 1,
      part['day'],
      part['hour'],
      part['minute'],
      part['second'],
    )
  }
}

/** The first time at which a clock shows this, found by trying every offset, or NaN if it never does. */
function firstShown(clock: (time: number) => number, wall: number): number {
  for (let ahead = 15 * HOUR; ahead >= -15 * HOUR; ahead -= 15 * MINUTE)
    if (clock(wall - ahead) === wall) return wall - ahead
  return NaN
}

/** The times, rounded to the hour, at which the offset of a zone changes. */
function changesOf(clock: (time: number) => number, from: number, to: number): number[] {
  const offset = (time: number): number => clock(time) - time
  const changes: number[] = []
  const DAY = 24 * HOUR
  for (let day = from; day < to; day += DAY) {
    if (offset(day) === offset(day + DAY)) continue
    let time = day
    while (offset(time + HOUR) === offset(day)) time += HOUR
    changes.push(time)
  }
  return changes
}

const textOf = (wall: number): string => new Date(wall).toISOString().slice(0, 19).replace('T', ' ')

const zones = [
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'America/Sao_Paulo',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'Pacific/Apia',
  'Africa/Casablanca',
  'Antarctica/Troll',
]

for (const zone of zones) {
  t.test(
    `${zone}: when the clocks change, a repeated time is the earlier one and a skipped time is NaN`,
    async (t) => {
      const clock = clockOf(zone)
      const changes = changesOf(clock, Date.UTC(2010, 0, 1), Date.UTC(2013, 0, 1))
      t.ok(changes.length >= 4, `${changes.length} changes`)
      const near = fc.tuple(fc.constantFrom(...changes), fc.integer({ min: -16 * 240, max: 16 * 240 }))
      const key = isoTime({ zone })
      const property = fc.property(near, ([change, quarters]) => {
        const wall = clock(change) + quarters * 15_000 * 4
        return Object.is(key(textOf(wall)), firstShown(clock, wall))
      })
      t.doesNotThrow(() => fc.assert(property, { numRuns: 200 }))
    },
  )
}

t.test('repeated and skipped hours', async (t) => {
  const at = (zone: string, text: string): string | number => {
    const time = isoTime({ zone })(text)
    return Number.isNaN(time) ? NaN : new Date(time).toISOString()
  }
  t.strictSame(at('Europe/Berlin', '2026-10-25 02:30:00'), '2026-10-25T00:30:00.000Z', 'occurs twice')
  t.strictSame(at('Europe/Berlin', '2026-10-25 03:00:00'), '2026-10-25T02:00:00.000Z')
  t.strictSame(at('Europe/Berlin', '2026-03-29 01:59:59.5'), '2026-03-29T00:59:59.500Z')
  t.strictSame(at('Europe/Berlin', '2026-03-29 02:00:00'), NaN, 'is skipped')
  t.strictSame(at('Europe/Berlin', '2026-03-29 02:59:59.999'), NaN, 'is skipped')
  t.strictSame(at('Europe/Berlin', '2026-03-29 03:00:00'), '2026-03-29T01:00:00.000Z')
  t.strictSame(
    at('Australia/Lord_Howe', '2026-04-05 01:45:00'),
    '2026-04-04T14:45:00.000Z',
    'half an hour repeated',
  )
  t.strictSame(at('Australia/Lord_Howe', '2026-10-04 02:15:00'), NaN, 'half an hour skipped')
  t.strictSame(at('America/Sao_Paulo', '2018-11-04 00:30:00'), NaN, 'a midnight skipped')
  t.strictSame(at('Pacific/Apia', '2011-12-30 12:00:00'), NaN, 'a day skipped')
  t.strictSame(at('Asia/Kolkata', '2026-07-01 05:30:00'), '2026-07-01T00:00:00.000Z')
  t.strictSame(at('Asia/Kathmandu', '2026-07-01 05:45:00'), '2026-07-01T00:00:00.000Z')
  t.strictSame(
    at('Africa/Monrovia', '1960-01-01 00:00:00'),
    '1960-01-01T00:44:30.000Z',
    'an offset with seconds',
  )
  t.strictSame(
    at('Asia/Manila', '1800-01-01 00:00:00').toString().slice(0, 10),
    '1800-01-01',
    'on the other side of the date line',
  )
  t.strictSame(at('Europe/Berlin', '2026-02-30 00:00:00'), NaN)
  t.strictSame(at('Europe/Berlin', '2026-07-01 00:00:00 INFO'), '2026-06-30T22:00:00.000Z')
  t.strictSame(
    at('Europe/Berlin', '2026-07-01 00:00:00Z'),
    '2026-07-01T00:00:00.000Z',
    'an offset in the line takes precedence',
  )
  t.strictSame(at('Europe/Berlin', '2026-07-01 00:00:00 +0100'), '2026-06-30T23:00:00.000Z')
  t.strictSame(at('etc/utc', '2026-07-01 00:00:00'), '2026-07-01T00:00:00.000Z')
})

t.test('an OrderError mentions that the clocks of the zone are set back', async (t) => {
  const lines = ['2026-10-25 02:59:59 a', '2026-10-25 02:00:00 b']
  const failing = (zone?: string) => () => Array.from(merge([lines], { key: isoTime({ zone }) }))
  t.throws(failing('Europe/Berlin'), {
    code: 'ERR_FANPIPE_ORDER',
    message:
      /the zone Europe\/Berlin go backwards when its clocks are set back, once a year.*mergeBoundedLateness/,
  })
  for (const zone of [undefined, 'UTC', '+02:00']) {
    try {
      failing(zone)()
    } catch (error) {
      t.match(error, { code: 'ERR_FANPIPE_ORDER' })
      t.notMatch((error as Error).message, /clocks/)
    }
  }
  t.strictSame(
    Array.from(
      mergeBoundedLateness([lines], { time: isoTime({ zone: 'Europe/Berlin' }), lateness: 3_600_000 }),
    ),
    lines.toReversed(),
  )
})

t.test('more days than are cached, in any order', async (t) => {
  const key = isoTime({ zone: 'Europe/Berlin' })
  const clock = clockOf('Europe/Berlin')
  for (let day = 0; day < 1100; day++) key(textOf(Date.UTC(2020, 0, 1 + day)))
  for (const time of [Date.UTC(2020, 0, 5), Date.UTC(2022, 6, 5), Date.UTC(2022, 11, 30)])
    t.strictSame(key(textOf(clock(time))), time)
})

t.test("'local' is the machine's zone at the time of the call", async (t) => {
  const script = `
    import { isoTime } from './lib/iter.ts'
    const key = isoTime({ zone: 'local' })
    const before = key('2026-07-01 00:00:00')
    process.env.TZ = 'America/New_York'
    console.log(before === key('2026-07-01 00:00:00'), new Date(before).toISOString())`
  const { stdout } = spawnSync(process.execPath, scriptArgs(script), {
    encoding: 'utf8',
    env: { ...process.env, TZ: 'Asia/Kolkata' },
  })
  t.strictSame(stdout.trim(), 'true 2026-06-30T18:30:00.000Z')
})

t.test('a name of three letters is a zone only if the IANA database has it', async (t) => {
  const iana = 'CET EET EST GMT HST MET MST PRC ROC ROK UCT UTC WET gmt'.split(' ')
  for (const zone of iana) t.doesNotThrow(() => isoTime({ zone }), zone)
  // Node takes BST for the zone of Bangladesh.
  const others =
    'ACT AET AGT ART AST BET BST CAT CNT CST CTT EAT ECT IET IST JST MIT NET NST PLT PNT PRT PST SST VST bst'
  for (const zone of others.split(' '))
    t.throws(() => isoTime({ zone }), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'zone' }, zone)
})

t.test('the first and the last days that a Date has are no error in a zone', async (t) => {
  const last = 8.64e15
  const DAY = 24 * HOUR
  for (const zone of ['Europe/Berlin', 'America/New_York', 'Pacific/Apia'])
    for (const before of [last, last - DAY, -last, 3 * DAY - last]) {
      const key = syslogTime({ before, zone })
      const times = ['Sep 11', 'Sep 12', 'Sep 13', 'Apr 20', 'Apr 22'].map((day) => key(`${day} 12:00:00 x`))
      t.ok(
        times.every((time) => !(time > before)),
        `${zone}, ${before}`,
      )
    }
  const key = syslogTime({ before: last, zone: 'Europe/Berlin' })
  t.strictSame(key('Sep 13 00:00:00 x'), last - 2 * HOUR)
})
