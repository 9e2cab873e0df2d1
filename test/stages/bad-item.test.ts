/** Errors of stages name the source, the row or line, and the column of the bad item. */
import t from 'tap'
import * as f from '../../lib/index.ts'
import { drained } from '../instruments/drain.ts'
import { folder } from '../instruments/files.ts'

const { fileOf } = folder(t)

const table = fileOf('orders-37.csv', 'id,amount\n1,10\n\n2,"2\n0"\n3,x\n4,40\n')
const amounts = f.cast({ amount: (cell) => Number.parseInt(cell) || refuse(cell) })
const refuse = (cell: string): never => {
  throw new Error(`${cell} is not an amount`)
}

t.test('cast after csvSource names file, row and column', async (t) => {
  const { items, error } = await drained(amounts(f.csvSource(table)))
  t.strictSame(items, [
    { id: '1', amount: 10 },
    { id: '2', amount: 2 },
  ])
  t.match(error, { source: 0, label: table, index: 2, line: 6, column: 'amount' })
  t.equal((error as Error).message, `${table}, row 5, column "amount": x is not an amount`)
})

const rows = () => f.csvSource(table)
type Row = f.CsvRow
const passing: Readonly<Record<string, () => AsyncIterable<Row>>> = {
  project: () => f.project(['id', 'amount'])(rows()),
  cast: () => f.cast({ id: 'integer' })(rows()) as never,
  filter: () => f.filter((row: Row) => row['id'] !== '1')(rows()),
  'asynchronous filter': () => f.filter(async (row: Row) => row['id'] !== '1')(rows()),
  grep: () => f.grep('x', { text: (row: Row) => row['amount'] as string })(rows()),
  dropWhile: () => f.dropWhile((row: Row) => row['id'] !== '3')(rows()),
  'cast with a report': () => {
    const ids = { id: (id: string) => (id === '2' ? refuse(id) : id) }
    return f.cast(ids, { invalid: () => undefined })(rows()) as never
  },
  map: () => f.map((row: Row) => ({ ...row }))(rows()),
  'map with concurrency': () => f.map((row: Row) => ({ ...row }), { concurrency: 3 })(rows()),
  flatMap: () => f.flatMap((row: Row) => (row['id'] === '2' ? [] : [row, row]))(rows()),
  compress: () => f.compress([0, 1, 1, 1])(rows()) as never,
  takeWhile: () => f.takeWhile<Row>(() => true)(rows()),
  fence: () => f.fence<Row>(10)(rows()),
  tap: () => f.tap<Row>(() => undefined)(rows()),
  'several stages': () =>
    f.pipe(
      rows(),
      f.filter((row) => row['id'] !== '2'),
      f.fence(9),
      f.project(['amount']),
    ) as never,
}

for (const [name, source] of Object.entries(passing)) {
  t.test(`${name} preserves the row of an item for later errors`, async (t) => {
    const { error } = await drained(amounts(source()))
    t.match(error, { code: 'ERR_FANPIPE_FORMAT', label: table, line: 6, column: 'amount' })
    t.equal((error as Error).message, `${table}, row 5, column "amount": x is not an amount`)
    const merged = f.merge([source()], { key: ({ amount }) => (amount === 'x' ? NaN : 0) })
    t.match((await drained(merged)).error, {
      code: 'ERR_FANPIPE_KEY',
      message: `input 0 (${table}), row 5: `,
    })
  })
}

t.test('flatMap to sources names the file of the row', async (t) => {
  const all = f.flatMap((path: string) => f.csvSource(path))([fileOf('other.csv', 'id,amount\n1,1\n'), table])
  const { error } = await drained(amounts(all))
  t.equal((error as Error).message, `${table}, row 5, column "amount": x is not an amount`)
})

t.test('items of other stages and sources are counted from 0', async (t) => {
  const mapped = f.stage<Row, Row>(() => (row) => row)(rows())
  t.match((await drained(amounts(mapped))).error, {
    message: `${table}, item 2, column "amount": x is not an amount`,
    line: undefined,
  })
  const plain = f.filter((row: Row) => row['amount'] !== '1')([{ amount: '1' }, { amount: 'x' }] as Row[])
  t.match((await drained(amounts(plain))).error, {
    message: 'the source, item 1, column "amount": x is not an amount',
  })
})

t.test('a message about an item too far back to be remembered counts from 0', async (t) => {
  const late = f.filter((row: Row) => row['id'] !== '1')(f.csvSource(['id,amount\n1,1\n2,2\n3,x\n4,4\n']))
  const ahead = f.merge([late], { key: ({ amount }) => (amount === 'x' ? NaN : 0), readAhead: 3 })
  const { error } = await drained(ahead)
  t.match(error, { code: 'ERR_FANPIPE_KEY', index: 1, message: /^input 0, item 1: / })
})

t.test('after lineSource and ndjsonSource the line is named', async (t) => {
  const words = fileOf('values.ndjson', '"a b"\n\n7\n')
  for (const stage of [f.tokenize(), f.grep('a'), f.multiline({ start: /./ })]) {
    const { error } = await drained(stage(f.ndjsonSource<string>(words)) as AsyncIterable<unknown>)
    t.match(error, { label: words, index: 1, line: 3, message: `${words}, line 3: 7 is not a string` })
  }
  const log = fileOf('a.log', 'one\ntwo\n')
  for (const options of [{}, { encoding: 'latin1' }]) {
    const { error } = await drained(f.project(['a'])(f.lineSource(log, options) as never))
    t.match(error, { label: log, index: 0, line: 1, message: `${log}, line 1: no column "a"` })
    const long = f.multiline({ start: /one/, maxLines: 1 })(f.lineSource(log, options))
    t.match((await drained(long)).error, { index: 1, message: `${log}, line 2: the record is longer` })
  }
  const numbers = f.rollingAverageBy(
    () => 0,
    (n: number) => n,
    1,
  )(f.ndjsonSource<number>(['1\n\n"x"\n']))
  t.match((await drained(numbers)).error, {
    line: 3,
    message: 'the source, line 3: the value "x" is not a number',
  })
  const ngrams = f.ngrams(1)(f.ndjsonSource<string[]>(['\n["a"]\n7\n']))
  t.match((await drained(ngrams)).error, { line: 3, message: /line 3: 7 is not a list of tokens/ })
})
