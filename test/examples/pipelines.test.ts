/** Each pipeline of the examples equals its eager equivalent, and leaves nothing open after an early exit. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import t from 'tap'
import { endpoint, firstOf } from '../../examples/api-fan-in.ts'
import { chunks } from '../../examples/documents.ts'
import { hashed } from '../../examples/file-hashing.ts'
import { firstMatches, firstMatchesNearly } from '../../examples/log-merge.ts'
import { warmHours } from '../../examples/multi-csv.ts'
import { frequentAndFirst, inStep } from '../../examples/n-grams.ts'
import { smoothed, uneven, type Reading } from '../../examples/telemetry.ts'
import { serve } from '../../examples/support/api.ts'
import * as iter from 'fanpipe/iter'
import { all, drained } from '../instruments/drain.ts'
import { folder } from '../instruments/files.ts'

const { dir, fileOf } = folder(t)

const lists = <A>(item: fc.Arbitrary<A>) =>
  fc.array(fc.array(item, { maxLength: 8 }), { minLength: 1, maxLength: 4 })

t.test('multi-CSV equals the concatenation of the tables', async (t) => {
  const row = fc.record({ temp: fc.integer({ min: -50, max: 120 }), day: fc.integer({ min: 1, max: 28 }) })
  const property = fc.asyncProperty(lists(row), fc.nat(10), async (tables, first) => {
    const date = (day: number): string => `2010-01-${String(day).padStart(2, '0')}`
    const texts = tables.map((rows) => [
      'date,temp,more\n' + rows.map(({ day, temp }) => `${date(day)},${temp},x\n`).join(''),
    ])
    const warm = tables
      .flat()
      .filter(({ temp }) => temp >= 60)
      .map(({ day, temp }) => ({ date: new Date(date(day)), temp }))
    const stage = warmHours(texts, 60, first)
    assert.deepEqual([await all(stage()), await all(stage())], [warm.slice(0, first), warm.slice(0, first)])
  })
  await t.resolves(fc.assert(property, { numRuns: 30 }))
})

const stamp = (second: number): string => new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString()
const logLine = fc.tuple(fc.nat(20), fc.constantFrom('200', '503'))

t.test('a log merge equals sorting everything, filtering and taking the first', async (t) => {
  const property = fc.asyncProperty(lists(logLine), fc.nat(10), async (logs, first) => {
    const lines = logs.map((log) =>
      log.sort(([a], [b]) => a - b).map(([second, code], i) => `${stamp(second)} ${code} ${i}`),
    )
    const matching = (lines: string[]): string[] =>
      lines.filter((line) => line.includes(' 503 ')).slice(0, first)
    const byTime = lines
      .flat()
      .sort((a, b) => (a.slice(0, 24) < b.slice(0, 24) ? -1 : a.slice(0, 24) > b.slice(0, 24) ? 1 : 0))
    assert.deepEqual(await all(firstMatches(lines, / 503 /, first)()), matching(byTime))
    assert.deepEqual(await all(firstMatchesNearly(lines, / 503 /, first, 3000)()), matching(byTime))
  })
  await t.resolves(fc.assert(property, { numRuns: 30 }))
})

t.test(
  'the error for an unsorted log names file, line and both times; the log is merged if lateness is allowed',
  async (t) => {
    const logs = [[`${stamp(1)} a`], [`${stamp(5)} b`, `${stamp(2)} b`]]
    const { error } = await drained(firstMatches(logs, /./, 9, ['a.log', 'b.log'])())
    t.match(error, {
      code: 'ERR_FANPIPE_ORDER',
      message: `input 1 (b.log) is not sorted: item 1 has the key ${Date.parse(stamp(2))} after ${Date.parse(stamp(5))}; if it is in descending order, use \`reverse\`; if it is nearly sorted by time, use mergeBoundedLateness; if the order does not matter, mergeReady takes items as they arrive`,
    })
    const sorted = [`${stamp(1)} a`, `${stamp(2)} b`, `${stamp(5)} b`]
    t.strictSame(await all(firstMatchesNearly(logs, /./, 9, 3000)()), sorted)
    t.match((await drained(firstMatchesNearly(logs, /./, 9, 2000)())).error, {
      code: 'ERR_FANPIPE_LATE',
      lateness: 3000,
    })
  },
)

t.test('an API fan-in equals the rotation, and requests no page twice or needlessly', async (t) => {
  const property = fc.asyncProperty(
    lists(fc.nat(9)),
    fc.nat(6),
    fc.integer({ min: 2, max: 5 }),
    async (data, first, failEvery) => {
      const pageSize = 3
      const expected: number[] = []
      const taken = data.map(() => 0)
      for (let turn = 0; expected.length < first && data.some((list) => turn < list.length); turn++) {
        for (const [i, list] of data.entries()) {
          if (expected.length === first || turn >= list.length) continue
          taken[i]!++
          if ((list[turn] as number) >= 5) expected.push(list[turn] as number)
        }
      }
      const api = await serve(Object.fromEntries(data.entries()), pageSize, failEvery)
      const urls = data.map((_, i) => `${api.url}/${i}`)
      const { items, error } = await drained(firstOf<number>(urls, (n) => n >= 5, first)())
      api.close()
      assert.equal(error, undefined)
      assert.deepEqual(items, expected)
      for (const i of data.keys()) {
        const given = api.log
          .filter(({ path, status }) => path === `/${i}` && status === 200)
          .map(({ page }) => page)
        // All inputs are opened at once, so the first page of an unused input may have been requested, too.
        if (taken[i] === 0) assert.ok(given.length <= 1)
        else assert.deepEqual(given, [...Array(Math.ceil((taken[i] as number) / pageSize)).keys()])
      }
    },
  )
  await t.resolves(fc.assert(property, { numRuns: 20 }))
})

const readings = fc
  .array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: -9, max: 9 })))
  .map((pairs) =>
    pairs
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([device, value]): Reading => ({ device, value })),
  )

t.test('telemetry: each value is paired with the average of its window, 1:1, device by device', async (t) => {
  const property = fc.asyncProperty(readings, fc.integer({ min: 1, max: 4 }), async (readings, width) => {
    const expected = [...new Set(readings.map(({ device }) => device))].flatMap((device) => {
      const values = readings.filter((reading) => reading.device === device).map(({ value }) => value)
      return values.slice(width - 1).map((value, i) => ({
        device,
        value,
        average: values.slice(i, i + width).reduce((a, b) => a + b, 0) / width,
      }))
    })
    assert.deepEqual([...iter.compose(smoothed(width))(readings)], expected)
    assert.deepEqual(await all(smoothed(width)(readings)), expected)
    assert.deepEqual(await all(smoothed(width)(Readable.from(readings))), expected)
  })
  await t.resolves(fc.assert(property))
  const mixed = [
    { device: 'a', value: 1 },
    { device: 'b', value: 1 },
    { device: 'a', value: 1 },
  ]
  await t.rejects(all(smoothed(1)(mixed)), { code: 'ERR_FANPIPE_KEY', key: 'a', index: 2 })
  await t.rejects(all(uneven(1)([1, -1, 1].map((value) => ({ device: 'a', value })))), {
    code: 'ERR_FANPIPE_CARDINALITY',
    shorter: 0,
    longer: 1,
    index: 2,
  })
})

t.test('file hashing equals sha256sum of the same tree', async (t) => {
  for (const [name, content] of [
    ['tree/a.ts', 'a'],
    ['tree/deep/b.ts', ''],
    ['tree/c.txt', 'c'],
    ['tree/deep/é €.ts', 'x'.repeat(3e5)],
  ] as const) {
    mkdirSync(join(dir, name, '..'), { recursive: true })
    fileOf(name, content)
  }
  const found = await all(hashed(join(dir, 'tree'), ['.ts'])())
  const { stdout } = spawnSync(
    'sha256sum',
    found.map(({ line }) => line.slice(66)),
    { encoding: 'utf8' },
  )
  t.equal(found.map(({ line }) => `${line}\n`).join(''), stdout)
  t.strictSame(
    found.map(({ size }) => size),
    [1, 0, 3e5],
  )
})

t.test(
  'n-grams: both branches receive everything, one for the most frequent and one for the first distinct',
  async (t) => {
    const text = fc.array(fc.constantFrom('To', 'be', 'or', 'not')).map((words) => words.join(' '))
    const property = fc.asyncProperty(fc.array(text), fc.integer({ min: 1, max: 3 }), async (lines, n) => {
      const grams = lines.flatMap((line) => {
        const words = line.toLowerCase().split(' ').filter(Boolean)
        return words
          .slice(0, Math.max(0, words.length - n + 1))
          .map((_, i) => words.slice(i, i + n).join(' '))
      })
      const { frequent, different } = await frequentAndFirst(lines, n, 2, 3)
      const counted = [...new Set(grams)].map((item) => ({
        item,
        count: grams.filter((gram) => gram === item).length,
        error: 0,
      }))
      assert.deepEqual(frequent, counted.sort((a, b) => b.count - a.count).slice(0, 2))
      assert.deepEqual(different, [...new Set(grams)].slice(0, 3))
      assert.equal(inStep(lines, n, 1, true), grams.length)
      if (grams.length > 2)
        assert.throws(() => inStep(lines, n, 2, false), {
          code: 'ERR_FANPIPE_OVERFLOW',
          lag: 2,
          maxlen: 2,
        })
      else assert.equal(inStep(lines, n, 2, false), 2 * grams.length)
    })
    await t.resolves(fc.assert(property, { numRuns: 40 }))
  },
)

t.test('documents: the chunks are those of each source, and are the same on every run', async (t) => {
  const text = fc.array(fc.constantFrom('Ä', ' b\n', '  ', 'C ')).map((parts) => parts.join(' '))
  const tails = fc.constantFrom('drop', 'emit-short', 'pad')
  const property = fc.asyncProperty(
    lists(text),
    tails,
    fc.integer({ min: 1, max: 4 }),
    async (sources, tail, size) => {
      const options = { size, overlap: Math.min(1, size - 1), tail, maxChunks: 10 } as const
      const together = chunks(sources, options)
      const single = await Promise.all(sources.flat().map((text) => all(chunks([[text]], options)())))
      const expected = single.flat().slice(0, 10)
      assert.deepEqual([await all(together()), await all(together())], [expected, expected])
    },
  )
  await t.resolves(fc.assert(property, { numRuns: 40 }))
})

/** The open files and sockets, by name or number. */
const openNow = (): string[] =>
  readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const name = readlinkSync(`/proc/self/fd/${fd}`)
      return name.startsWith(dir) || name.startsWith('socket:') ? [name] : []
    } catch {
      return []
    }
  })

t.test('C1: after an early exit at the first result, no file or socket is left open', async (t) => {
  const lines = Array.from({ length: 50_000 }, (_, i) => `${stamp(i)} 503 some words\n`).join('')
  const logs = [fileOf('1.log', lines), fileOf('2.log', lines)]
  const csv = fileOf('big.csv', 'date,temp\n' + '2010-01-01,99\n'.repeat(50_000))
  const { lineSource } = await import('fanpipe')
  const before = new Set(openNow())
  const opened = (): string[] => openNow().filter((name) => !before.has(name))
  const api = await serve({ a: [...Array(500).keys()], b: [...Array(500).keys()] }, 5, 3)
  const sources = logs.map((log) => lineSource(log))
  const running: Record<string, AsyncIterable<unknown>> = {
    'multi-csv': warmHours([csv, csv], 50, 1e6)(),
    'log-merge': firstMatches(sources, /503/, 1e6)(),
    'log-merge, nearly sorted': firstMatchesNearly(sources, /503/, 1e6, 1000)(),
    'api-fan-in': firstOf<number>([`${api.url}/a`, `${api.url}/b`], () => true, 1e6)(),
    'one endpoint': endpoint<number>(`${api.url}/a`),
    'file-hashing': hashed(dir, ['.log', '.csv'])(),
    documents: chunks(sources, { size: 2, overlap: 1, tail: 'drop', maxChunks: 1e6 })(),
  }
  for (const [name, items] of Object.entries(running)) {
    for await (const item of items) {
      t.not(item, undefined, name)
      break
    }
  }
  t.strictSame((await frequentAndFirst(sources[0] as AsyncIterable<string>, 1, 1, 1)).different.length, 1)
  api.close()
  for (let waited = 0; opened().length > 0 && waited < 500; waited++)
    await new Promise((resolve) => setTimeout(resolve, 10))
  t.strictSame(opened(), [])
})
