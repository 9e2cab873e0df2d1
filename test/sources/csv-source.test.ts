import assert from 'node:assert/strict'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { stringify } from 'csv-stringify/sync'
import fc from 'fast-check'
import t from 'tap'
import { chain, csvSource, fence, type CsvOptions, type CsvRow } from '../../lib/index.ts'
import { cut, cuts, shapes } from '../instruments/chunks.ts'
import { all, drained } from '../instruments/drain.ts'
import { assertFields } from '../instruments/expect.ts'
import { folder, openFiles } from '../instruments/files.ts'
import { failing } from '../instruments/sources.ts'

const { dir, fileOf } = folder(t)

const cell = fc.string({ unit: fc.constantFrom('a', '1', 'é', '😀', '"', ',', '\n', '\r\n', ' ') })
const name = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', 'é', '"', ',', ' '), minLength: 1 }),
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString'),
)

const table = fc.uniqueArray(name, { minLength: 1, maxLength: 4 }).chain((names) =>
  fc.record({
    names: fc.constant(names),
    rows: fc.array(fc.array(cell, { minLength: names.length, maxLength: names.length })),
  }),
)

const asRow = (names: readonly string[], cells: readonly string[]): [string, string][] =>
  names.map((name, i) => [name, cells[i] as string])

/** Own properties in the order of the columns, so that `__proto__` counts. */
const cellsOf = (row: CsvRow, names: readonly string[]): [string, string | undefined][] =>
  names.map((name) => [name, Object.getOwnPropertyDescriptor(row, name)?.value as string | undefined])

for (const [shapeName, shape] of Object.entries(shapes)) {
  t.test(`E1: rows of a ${shapeName} are those that were written, wherever it is cut`, async (t) => {
    const property = fc.asyncProperty(
      table,
      cuts,
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      fc.boolean(),
      fc.constantFrom(',', ';', '\t'),
      async ({ names, rows }, positions, end, marked, given, separator) => {
        const quoted = stringify(given ? rows : [names, ...rows], {
          delimiter: separator,
          quoted: true,
          quoted_empty: true,
          record_delimiter: end,
        })
        const options: CsvOptions = { separator, ...(given ? { headers: names } : {}) }
        const seen = await all(csvSource(shape((marked ? '\uFEFF' : '') + quoted, positions), options))
        assert.deepEqual(
          seen.map((row) => cellsOf(row, names)),
          rows.map((cells) => asRow(names, cells)),
        )
        for (const row of seen) assert.equal(Object.getPrototypeOf(row), Object.prototype)
      },
    )
    await t.resolves(fc.assert(property))
  })

  t.test(`a ${shapeName}: a row over the limit fails at its place, after those before it`, async (t) => {
    const property = fc.asyncProperty(
      fc.array(fc.nat(12)),
      cuts,
      fc.constantFrom('\n', '\r\n'),
      async (lengths, positions, end) => {
        const cells = lengths.map((length) => 'x'.repeat(length + 1))
        const text = ['a', ...cells].map((row) => row + end).join('')
        const long = cells.findIndex((cell) => cell.length + end.length > 8)
        const { items, error } = await drained(csvSource(shape(text, positions), { maxRowBytes: 8 }))
        assert.deepEqual(
          items.map((row) => row.a),
          long === -1 ? cells : cells.slice(0, long),
        )
        if (long === -1) assert.equal(error, undefined)
        else assertFields(error, { code: 'ERR_FANPIPE_LIMIT', limit: 8, index: long + 1, source: 0 })
      },
    )
    await t.resolves(fc.assert(property))
  })
}

t.test('headers: false gives the columns their numbers; a cell without a name has its own', async (t) => {
  t.strictSame(await all(csvSource(['a,b\nc\n'], { headers: false })), [{ 0: 'a', 1: 'b' }, { 0: 'c' }])
  t.strictSame(await all(csvSource(['a\n1,2\n'])), [{ a: '1', _1: '2' }])
  t.strictSame(await all(csvSource([''])), [])
  t.strictSame(await all(csvSource(['a,b\n'])), [])
})

t.test(
  'a header with a name twice is an error, before any row, also where it is the last line',
  async (t) => {
    for (const text of ['a,b,a\n1,2,3\n', 'a,b,a']) {
      const { items, error } = await drained(
        chain([['first'], csvSource([text])], { labels: ['-', 'twice.csv'] }),
      )
      t.strictSame(items, ['first'])
      t.match(error, {
        code: 'ERR_FANPIPE_FORMAT',
        message: 'input 1 (twice.csv), row 0: two columns have the name "a"',
        source: 1,
        index: 0,
      })
    }
  },
)

t.test('a quote without its partner is an error with the row it is in, after the rows before', async (t) => {
  const { items, error } = await drained(csvSource(['size,name\n1,a\n5",b\n6,c\n']))
  t.strictSame(items, [{ size: '1', name: 'a' }])
  t.match(error, { code: 'ERR_FANPIPE_FORMAT', message: /^the source, row 2: a quote without.*5"/, index: 2 })
  t.strictSame(await all(csvSource(['size\n"5"""\n'])), [{ size: '5"' }])
})

t.test('a column named like a part of an object is kept and harms nothing', async (t) => {
  const [row] = await all(csvSource(['__proto__,constructor,prototype,z\n{},1,2,3\n']))
  t.strictSame(Object.entries(row as CsvRow), [
    ['__proto__', '{}'],
    ['constructor', '1'],
    ['prototype', '2'],
    ['z', '3'],
  ])
  t.equal(Object.getPrototypeOf(row), Object.prototype)
})

t.test('chunks that were handed in are not written to', async (t) => {
  const chunk = Buffer.from('a\n"say ""hi"""\n')
  const before = Buffer.from(chunk)
  for (const positions of [[], [5], [8], [13]]) {
    const pieces = cut(chunk, positions).map(
      (piece) => new Uint8Array(piece.buffer, piece.byteOffset, piece.length),
    )
    t.strictSame(await all(csvSource(pieces)), [{ a: 'say "hi"' }])
  }
  t.ok(chunk.equals(before))
})

t.test('FR, C1: a file is opened afresh, and closed at the end, on error and on early exit', async (t) => {
  const path = fileOf('many.csv', 'a\n' + '1\n'.repeat(100_000))
  const rows = csvSource(path)
  t.equal((await all(rows)).length, 100_000)
  t.equal(openFiles(path), 0)
  t.strictSame(await all(fence<CsvRow>(2)(rows)), [{ a: '1' }, { a: '1' }])
  t.equal(openFiles(path), 0)
  await t.rejects(all(csvSource(path, { maxRowBytes: 1 })), { code: 'ERR_FANPIPE_LIMIT', index: 0 })
  await t.rejects(all(csvSource(join(dir, 'missing.csv'))), { code: 'ENOENT' })
  const boom = new Error('boom')
  const { items, error } = await drained(csvSource(failing(['a\n1\n', '2\n3'], boom)))
  t.strictSame(items, [{ a: '1' }, { a: '2' }])
  t.equal(error, boom)
})

t.test('bad arguments', async (t) => {
  const bad = (argument: string, call: () => unknown): void => {
    t.throws(call, { code: 'ERR_FANPIPE_ARGUMENT', argument })
  }
  for (const separator of ['', ',,', '"', '\n', '\r', 'é', 1 as never]) {
    bad('separator', () => csvSource('x', { separator }))
  }
  for (const headers of [['a', 'a'], true as never, 'a' as never, [1] as never]) {
    bad('headers', () => csvSource('x', { headers }))
  }
  bad('maxRowBytes', () => csvSource('x', { maxRowBytes: 0 }))
  bad('quote', () => csvSource('x', { quote: "'" } as never))
  bad('source', () => csvSource(7 as never))
  await t.rejects(all(csvSource(Readable.from([{ a: 1 }]) as never)), { code: 'ERR_FANPIPE_ARGUMENT' })
})
