/** Compares csvSource with csv-parse: both agree on well-formed tables and refuse malformed ones. */
import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import fc from 'fast-check'
import t from 'tap'
import { csvSource } from '../../lib/index.ts'
import { cut, cuts } from '../instruments/chunks.ts'
import { drained } from '../instruments/drain.ts'

const SEPARATORS = [',', ';', '\t', '|'] as const

interface Cell {
  readonly text: string
  readonly quoted: boolean
}

const cell: fc.Arbitrary<Cell> = fc.record({
  text: fc.string({
    unit: fc.constantFrom('a', '1', 'é', '😀', '"', ',', ';', '\t', '|', '\n', '\r\n', '\r', ' ', "'"),
    maxLength: 6,
  }),
  quoted: fc.boolean(),
})

const table = fc.integer({ min: 1, max: 4 }).chain((width) =>
  fc.record({
    separator: fc.constantFrom(...SEPARATORS),
    end: fc.constantFrom('\n', '\r\n', '\r'),
    mark: fc.constantFrom('', '\uFEFF'),
    rows: fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }),
    isEnded: fc.boolean(),
  }),
)
type Table = typeof table extends fc.Arbitrary<infer T> ? T : never

/** The text of a row. Cells are quoted where necessary, or at random; a row that would be a blank line is quoted. */
function written(row: readonly Cell[], separator: string): string {
  const cells = row.map(({ text, quoted }) =>
    quoted || /[",;\t|\r\n]/.test(text) || (row.length === 1 && text === '')
      ? `"${text.replaceAll('"', '""')}"`
      : text,
  )
  return cells.join(separator)
}

/** The lines of a table. The first row is the header: `c0`, `c1`, …, each followed by its cell in the table. */
function linesOf({ rows, separator }: Table): { names: string[]; lines: string[] } {
  const [first, ...others] = rows as [Cell[], ...Cell[][]]
  const header = first.map(({ text, quoted }, i) => ({ text: `c${i}${text}`, quoted }))
  return {
    names: header.map(({ text }) => text),
    lines: [header, ...others].map((row) => written(row, separator)),
  }
}

const textOf = (lines: readonly string[], { mark, end, isEnded }: Table): string =>
  mark + lines.join(end) + (isEnded ? end : '')

const reference = (text: string, { separator, end }: Table): unknown[] =>
  parse(text, { bom: true, columns: true, delimiter: separator, record_delimiter: [end] })

t.test('a well-formed table is read as by csv-parse, plain or gzipped, wherever it is cut', async (t) => {
  const property = fc.asyncProperty(table, cuts, fc.boolean(), async (made, positions, isGzip) => {
    const { lines } = linesOf(made)
    const text = textOf(lines, made)
    const bytes = isGzip ? gzipSync(text) : Buffer.from(text)
    const { items, error } = await drained(csvSource(cut(bytes, positions), { separator: made.separator }))
    assert.equal(error, undefined)
    const expected = reference(text, made)
    assert.equal(expected.length, lines.length - 1)
    assert.deepEqual(
      items,
      expected.map((row) => ({ ...(row as object) })),
    )
  })
  await t.resolves(fc.assert(property, { numRuns: 400 }))
})

t.test('a table with an escape character is read as by csv-parse, wherever it is cut', async (t) => {
  const text = fc.string({ unit: fc.constantFrom('a', 'é', '\\', '"', "'", ',', '\n', '\r\n'), maxLength: 6 })
  const cells = fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 6 })
  const property = fc.asyncProperty(
    cells,
    fc.constantFrom('"', "'"),
    cuts,
    async (rows, quote, positions) => {
      const dialect = { quote, escape: '\\' }
      const bytes = Buffer.from(stringify(rows, { ...dialect, quoted: true, quoted_empty: true }))
      const read = await drained(csvSource(cut(bytes, positions), { ...dialect, headers: false }))
      assert.equal(read.error, undefined)
      const found = read.items.map((row) => Object.values(row))
      assert.deepEqual(found, rows)
      assert.deepEqual(found, parse(bytes, dialect))
    },
  )
  await t.resolves(fc.assert(property, { numRuns: 200 }))
})

/** Each makes one row malformed. */
const faults: Readonly<Record<string, (line: string, separator: string) => string>> = {
  'a quote in a cell': (line, separator) => `x"y${separator}${line}`,
  'text after a quote': (line, separator) => `"x"y${separator}${line}`,
  'one cell too many': (line, separator) => `${line}${separator}x`,
  'a quote that is not closed': (line, separator) => `${line}${separator}"x`,
}

for (const [what, damage] of Object.entries(faults)) {
  t.test(`${what}: csv-parse refuses the table, too, and the error names the right row`, async (t) => {
    const property = fc.asyncProperty(table, fc.nat(), cuts, async (made, chosen, positions) => {
      const { lines } = linesOf({ ...made, rows: [...made.rows, ...made.rows] })
      const at = 1 + (chosen % (lines.length - 1))
      const damaged = lines.map((line, i) => (i === at ? damage(line, made.separator) : line))
      const text = textOf(damaged, made)
      assert.throws(() => reference(text, made))
      const { items, error } = await drained(
        csvSource(cut(Buffer.from(text), positions), { separator: made.separator }),
      )
      const before = textOf(lines.slice(0, at), { ...made, isEnded: true })
      assert.deepEqual(
        items,
        reference(before, made).map((row) => ({ ...(row as object) })),
      )
      assert.match((error as Error).message, new RegExp(`^the source, row ${at + 1}: `))
      assert.equal((error as { index: number }).index, at - 1)
    })
    await t.resolves(fc.assert(property, { numRuns: 200 }))
  })
}

t.test('the separator is detected if no other one occurs in the header', async (t) => {
  const property = fc.asyncProperty(table, async (made) => {
    const [first, ...others] = made.rows as [Cell[], ...Cell[][]]
    fc.pre(first.length > 1)
    const header = first.map((_, i) => ({ text: `c${i}`, quoted: false }))
    const text = textOf(
      [header, ...others].map((row) => written(row, made.separator)),
      made,
    )
    const { items, error } = await drained(csvSource([text]))
    assert.equal(error, undefined)
    assert.deepEqual(
      items,
      reference(text, made).map((row) => ({ ...(row as object) })),
    )
  })
  await t.resolves(fc.assert(property))
})
