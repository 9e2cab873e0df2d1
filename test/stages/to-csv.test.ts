import { parse } from 'csv-parse/sync'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import t from 'tap'
import { chain, csvSource, toCsv, type CsvRow } from '../../lib/index.ts'
import { drained } from '../instruments/drain.ts'
import { failing } from '../instruments/sources.ts'

const written = async (rows: Iterable<object>, options = {}): Promise<string> =>
  (await chain([toCsv(options)(rows)]).toArray()).join('')

t.test('toCsv: writes a header, and quotes only cells that need it', async (t) => {
  const rows = [
    { id: 1, 'full name': 'Ann; Bee', ok: true },
    { id: 2n, 'full name': 'say "hi"', ok: null },
    { id: 1.5, 'full name': 'a,b\nc', ok: undefined },
    { id: 4, ok: 'cr\r' },
  ]
  t.equal(
    await written(rows),
    'id,full name,ok\n1,Ann; Bee,true\n2,"say ""hi""",\n1.5,"a,b\nc",\n4,,"cr\r"\n',
  )
  t.equal(
    await written(rows.slice(0, 1), { separator: ';', end: '\r\n' }),
    'id;full name;ok\r\n1;"Ann; Bee";true\r\n',
  )
  t.equal(await written([{ 'a;b': 1, 'c|d': 2, e: 3 }]), '"a;b","c|d",e\n1,2,3\n')
  t.equal(await written([{ a: '' }, { a: 'x' }, {}]), 'a\n""\nx\n""\n')
  t.equal(await written([{ '': 1 }]), '""\n1\n')
  t.equal(await written([{ '\uFEFFa': '\uFEFF' }]), '"\uFEFFa"\n\uFEFF\n')
})

t.test('toCsv: columns', async (t) => {
  t.equal(await written([{ b: 1 }, { a: 2 }], { columns: ['a', 'b'] }), 'a,b\n,1\n2,\n')
  t.equal(await written([], { columns: ['a', 'b'] }), 'a,b\n')
  t.equal(await written([]), '')
  const row: CsvRow = Object.defineProperty({}, '__proto__', { value: 'x', enumerable: true })
  t.equal(await written([row]), '__proto__\nx\n')
  t.equal(await written([{ a: 1 }, Object.create({ a: 2 }) as object]), 'a\n1\n""\n')
})

t.test('toCsv: a row that cannot be written is a FormatError after the earlier rows', async (t) => {
  for (const [row, message] of [
    [{ a: 1, b: 2 }, /item 1, column "b": it is not among the columns .*columns/],
    [{ a: { deep: 1 } }, /item 1, column "a": an object is not a cell: map it to a string/],
    [{ a: new Date(0) }, /item 1, column "a": 1970-/],
    [{ a: () => 1 }, /item 1, column "a": a function/],
    [{ a: Symbol('s') }, /item 1, column "a": Symbol/],
    [['x'], /item 1: \["x"\] is not an object with columns/],
    [new Map([['a', 1]]), /item 1: .* is not an object with columns/],
    ['text', /item 1: "text" is not an object with columns/],
    [7, /item 1: 7 is not an object with columns/],
  ] as const) {
    const { items, error } = await drained(toCsv()([{ a: 1 }, row as object, { a: 3 }]) as never)
    t.strictSame(items, ['a\n1\n'])
    t.match(error, { code: 'ERR_FANPIPE_FORMAT', index: 1, message })
  }
  t.match(await drained(toCsv()([{}]) as never), {
    items: [],
    error: { code: 'ERR_FANPIPE_FORMAT', index: 0, message: /the first row has no columns: set `columns`/ },
  })
  t.match(await drained(toCsv()([null as never])), { error: { code: 'ERR_FANPIPE_FORMAT' } })
})

t.test('toCsv: an error from the input comes after the earlier rows', async (t) => {
  const broken = new Error('broken')
  t.match(await drained(toCsv()(failing([{ a: 1 }], broken)) as never), { items: ['a\n1\n'], error: broken })
  const { items } = await drained(toCsv({ columns: ['a'] })(failing([], broken)) as never)
  t.strictSame(items, ['a\n'])
})

t.test('toCsv: an invalid option is an ArgumentError', async (t) => {
  for (const [argument, value] of [
    ['columns', []],
    ['columns', ['a', 'a']],
    ['columns', 'a,b'],
    ['separator', ''],
    ['separator', '"'],
    ['separator', '\n'],
    ['separator', '::'],
    ['end', '\r'],
    ['header', false],
  ] as const)
    t.throws(() => toCsv({ [argument]: value }), { code: 'ERR_FANPIPE_ARGUMENT', argument })
})

const cell = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', ',', ';', '|', '\t', '"', '\n', '\r', ' ', '\uFEFF') }),
  fc.string(),
)
const table = fc
  .uniqueArray(
    cell.filter((name) => name !== ''),
    { minLength: 1, maxLength: 4 },
  )
  .chain((columns) =>
    fc.record({
      columns: fc.constant(columns),
      rows: fc.array(fc.tuple(...columns.map(() => cell)), { maxLength: 6 }),
      separator: fc.constantFrom(undefined, ',', ';', '\t', '|'),
      end: fc.constantFrom('\n', '\r\n'),
    }),
  )

t.test('toCsv: csvSource and csv-parse read back the same cells', async () => {
  await fc.assert(
    fc.asyncProperty(table, async ({ columns, rows, separator, end }) => {
      const objects = rows.map((cells) => Object.fromEntries(columns.map((name, i) => [name, cells[i]])))
      const options = { columns, end, ...(separator !== undefined && { separator }) }
      const text = await written(objects, options)
      const settings = separator === undefined ? {} : { separator }
      const read = await chain([csvSource(Readable.from([Buffer.from(text)]), settings)]).toArray()
      const byOther = parse(text, {
        delimiter: separator ?? ',',
        record_delimiter: end,
        columns: (names: string[]) => names,
      }) as unknown
      for (const found of [read, byOther])
        if (JSON.stringify(found) !== JSON.stringify(objects))
          throw new Error(JSON.stringify({ text, found }))
    }),
    { numRuns: 1000 },
  )
})

t.test('toCsv: a table of one column reads back, although it has no separator', async (t) => {
  const rows = [{ name: 'Doe, Jane' }, { name: 'a;b' }]
  const text = await chain([toCsv({ separator: ';' })(rows)]).toArray()
  t.strictSame(text, ['name\n"Doe, Jane"\n"a;b"\n'])
  t.strictSame(await chain([csvSource(text)]).toArray(), rows)
})
