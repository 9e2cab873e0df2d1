import t from 'tap'
import * as async from '../../lib/async.ts'
import { csvSource, merge, sourceOf } from '../../lib/index.ts'
import { cast, project } from '../../lib/iter.ts'
import { drained } from '../instruments/drain.ts'

t.test(
  'project: a row without the column is an error that names the column, after the earlier rows',
  async (t) => {
    const rows = [{ a: '1', b: '2' }, { a: '3' }]
    const { items, error } = await drained(async.project(['b'])(rows as { b: string }[]))
    t.strictSame(items, [{ b: '2' }])
    t.match(error, { code: 'ERR_FANPIPE_FORMAT', index: 1, message: 'the source, item 1: no column "b"' })
    for (const row of [null, 'text', Object.create({ b: '1' })] as { b: string }[])
      t.throws(() => [...project(['b'])([row])], { code: 'ERR_FANPIPE_FORMAT', index: 0 })
    t.strictSame(
      [...project(['__proto__' as 'p'])([JSON.parse('{"__proto__":"x"}') as { p: string }])],
      [JSON.parse('{"__proto__":"x"}')],
    )
  },
)

t.test('cast: the error for a column that a row lacks says so', async (t) => {
  for (const kind of ['number', 'integer', 'date'] as const) {
    const rows = [{}] as { n: string }[]
    t.throws(() => [...cast({ n: kind })(rows)], {
      code: 'ERR_FANPIPE_FORMAT',
      column: 'n',
      message: 'the source, item 0, column "n": the row has no such column',
    })
  }
})

t.test('after csvSource a message names the row, elsewhere the item, counted from 0', async (t) => {
  const table = () => csvSource([Buffer.from('n\n1\n\nx\n')])
  const cells = await drained(merge([async.cast({ n: 'number' })(table())], { key: ({ n }) => n }))
  t.match(cells.error, {
    index: 1,
    line: 4,
    column: 'n',
    message: 'input 0, row 4, column "n": "x" is not a decimal number',
  })
  const columns = await drained(async.project(['m'])(table()))
  t.match(columns.error, { index: 0, line: 2, column: 'm', message: 'the source, row 2: no column "m"' })
  const rows = await drained(merge([table()], { key: ({ n }) => Number(n) }))
  t.match(rows.error, { index: 1, message: /^input 0, row 4: / })
})

t.test('cast: the accepted formats of cells', async (t) => {
  const read = (kind: 'number' | 'integer' | 'boolean' | 'date', cell: string): unknown =>
    [...cast({ cell: kind })([{ cell }])][0]?.['cell']
  for (const [cell, value] of Object.entries({ '1': 1, '-1.5e3': -1500, '.5': 0.5, '+7.': 7 }))
    t.equal(read('number', cell), value, cell)
  for (const cell of ['', ' 1', '1,5', '0x10', 'NaN', 'Infinity', '1e999', '12 m'])
    t.throws(
      () => read('number', cell),
      { code: 'ERR_FANPIPE_FORMAT', message: /is not a decimal number/ },
      cell,
    )
  t.equal(read('integer', '9007199254740991'), Number.MAX_SAFE_INTEGER)
  for (const cell of ['', '1.5', '9007199254740993'])
    t.throws(() => read('integer', cell), { message: /is not an integer/ }, cell)
  t.strictSame([read('boolean', 'true'), read('boolean', 'false')], [true, false])
  for (const cell of ['', 'TRUE', '1'])
    t.throws(() => read('boolean', cell), { message: /is not 'true' or/ }, cell)
  t.strictSame(read('date', '2026-02-03'), new Date(Date.UTC(2026, 1, 3)))
  t.strictSame(read('date', '2026-02-03T04:05:06.7+01:00'), new Date(Date.UTC(2026, 1, 3, 3, 5, 6, 700)))
  t.strictSame(read('date', '2024-02-29'), new Date(Date.UTC(2024, 1, 29)))
  t.strictSame(read('date', '2024-02'), new Date(Date.UTC(2024, 1)))
  t.strictSame(read('date', '2024-02T10:00Z'), new Date(Date.UTC(2024, 1, 1, 10)))
  t.strictSame(read('date', '0000-12-31T23:59:59-01:00'), new Date('0001-01-01T00:59:59Z'))
  const noDays = ['2026-02-29', '2026-04-31', '1900-02-29', '2026-02-30T00:00:00Z', '2026-06-31T12:00+02:00']
  for (const cell of ['', '2026-13-01', '2026-02-03T04:05', 'Feb 3 2026', '1', ...noDays])
    t.throws(() => read('date', cell), { message: /is not a valid ISO 8601 date/ }, cell)
})

t.test('cast: a cell as long as csvSource allows is checked in linear time', async (t) => {
  // In quadratic time this would take an hour.
  const digits = '1'.repeat(2 ** 20)
  for (const kind of ['number', 'integer', 'date'] as const)
    for (const cell of [
      `${digits}x`,
      `${digits}.x`,
      `.${digits}x`,
      `1e${digits}x`,
      `2026-02-03T04:05:06.${digits}x`,
    ])
      t.throws(() => [...cast({ cell: kind })([{ cell }])], { code: 'ERR_FANPIPE_FORMAT' })
})

t.test(
  'cast: an error names source, row, column and cell, or is reported and the row is dropped',
  async (t) => {
    const table = [{ n: '1' }, { n: 'x' }, {}, { n: '4' }] as { n: string }[]
    const merged = merge([[], cast({ n: 'number' })(table)], { key: ({ n }) => n, labels: ['a', 'b.csv'] })
    const { items, error } = await drained(merged)
    t.strictSame(items, [{ n: 1 }])
    t.match(error, {
      index: 1,
      source: 1,
      message: 'input 1 (b.csv), item 1, column "n": "x" is not a decimal number',
    })
    t.strictSame(sourceOf(error), [{ index: 1, label: 'b.csv' }])

    const told: unknown[][] = []
    const lenient = cast({ n: 'integer' }, { invalid: (row, { index }) => told.push([row, index]) })
    t.strictSame([...lenient(table)], [{ n: 1 }, { n: 4 }])
    t.strictSame(told, [
      [{ n: 'x' }, 1],
      [{}, 2],
    ])

    const cause = new Error('no')
    const own = cast({
      n: () => {
        throw cause
      },
    })
    t.throws(() => [...own([{ n: '1' }])], { message: 'the source, item 0, column "n": no', cause })
    const odd = cast({
      n: () => {
        throw 'just text'
      },
    })
    t.throws(() => [...odd([{ n: '1' }])], { message: 'the source, item 0, column "n": "just text"' })
  },
)

t.test('bad arguments', async (t) => {
  const bad = (argument: string, call: () => unknown): void => {
    t.throws(call, { code: 'ERR_FANPIPE_ARGUMENT', argument })
  }
  bad('columns', () => project('a' as never))
  bad('columns', () => cast({ a: 'float' } as never))
  bad('columns', () => cast(null as never))
  bad('columns', () => cast(((row: object) => row) as never))
  bad('columns', () => cast(Promise.resolve({}) as never))
  bad('invalid', () => cast({}, { invalid: 'skip' as never }))
  bad('strict', () => cast({}, { strict: true } as never))
})
