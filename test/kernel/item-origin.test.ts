/** Errors about an item name the source it came from, even if it has passed through junctions and stages. */
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import t from 'tap'
import * as f from '../../lib/index.ts'
import { drained } from '../instruments/drain.ts'
import { folder } from '../instruments/files.ts'

type Row = Readonly<Record<string, string>>
const time = ({ time }: Row): number => Number(time)
const refuse = (cell: string): never => {
  throw new Error(`${cell} is not an amount`)
}
const junctions: Readonly<
  Record<string, (inputs: f.Source<Row>[], readAhead: number) => AsyncIterable<Row>>
> = {
  chain: (inputs, readAhead) => f.chain(inputs, { readAhead }),
  roundRobin: (inputs, readAhead) => f.roundRobin(inputs, { readAhead }),
  merge: (inputs, readAhead) => f.merge(inputs, { key: time, readAhead }),
  'merge with keyless': (inputs, readAhead) =>
    f.merge(inputs, { key: (row) => Number(row['time'] || NaN), keyless: 'follow', readAhead }),
  mergeReady: (inputs, readAhead) => f.mergeReady(inputs, { readAhead }),
  mergeBoundedLateness: (inputs, readAhead) =>
    f.mergeBoundedLateness(inputs, { time, lateness: 3, readAhead }),
}

t.test('an error of a stage after a junction names the file, the row and the column', async (t) => {
  const { fileOf } = folder(t)
  const paths = [1, 2, 3].map((n) =>
    fileOf(`orders-${n}.csv`, `time,amount\n1,1\n\n2,${n === 2 ? 'x' : '2'}\n3,3\n`),
  )
  const inputs = () => paths.map((path) => f.csvSource(path))
  for (const [name, junction] of Object.entries(junctions)) {
    const { error } = await drained(f.pipe(junction(inputs(), 0), f.cast({ amount: 'number' })))
    t.match(error, { source: 1, label: paths[1], index: 1, column: 'amount' }, name)
    // The line is known only while the text around it is buffered, and this junction has read ahead.
    t.equal((error as f.FormatError).line, name === 'mergeBoundedLateness' ? undefined : 4, name)
    t.match(error, { message: `input 1 (${paths[1]}), row 4, column "amount": "x" is not` }, name)
    t.strictSame(f.sourceOf(error), [{ index: 1, label: paths[1] }], name)
  }
  const nested = f.roundRobin([f.chain(inputs().slice(0, 1)), f.chain(inputs().slice(1))])
  const { error } = await drained(f.cast({ amount: 'number' })(nested))
  t.match(error, { message: `input 1 > 0 (${paths[1]}), row 4, column "amount"` })
})

t.test(
  'an error thrown by the function of a stage is unchanged, and sourceOf finds the input of the item',
  async (t) => {
    const { fileOf } = folder(t)
    const paths = ['1\n2\n', '3\nx\n'].map((text, n) => fileOf(`${n}.log`, text))
    const lines = () => f.chain(paths.map((path) => f.lineSource(path)))
    const fault = new Error('x')
    const check = (line: string): string => {
      if (line === 'x') throw fault
      return line
    }
    for (const stage of [
      f.map(check),
      f.map(async (line: string) => Promise.resolve(check(line))),
      f.map(check, { concurrency: 3 }),
      f.map(async (line: string) => Promise.resolve(check(line)), { concurrency: 3 }),
      f.filter(check),
      f.flatMap((line: string) => [check(line)]),
      f.flatMap(function* (line: string) {
        yield check(line)
      }),
      f.groupBy(check),
    ]) {
      const { error } = await drained(f.pipe(lines(), stage as never))
      t.equal(error, fault)
      t.strictSame(f.sourceOf(error), [{ index: 1, label: paths[1] }])
    }
    const atEnd = f.stage<string, never>(() =>
      f.flushable(
        () => f.none,
        () => {
          throw fault
        },
      ),
    )
    t.equal((await drained(f.pipe(lines(), atEnd))).error, fault)
    t.notOk(f.sourceOf(fault)?.length, 'an error thrown at the end belongs to no item')
  },
)

t.test('an error of a junction names the item of a nested junction as well', async (t) => {
  const { fileOf } = folder(t)
  const paths = ['1\n5\n', '2\n'].map((text, n) => fileOf(`${n}.log`, text))
  const logs = f.chain(paths.map((path) => f.lineSource(path)))
  const { error } = await drained(f.merge([['0'], logs], { key: Number }))
  t.match(error, { source: 1, index: 2, message: `input 1 is not sorted: item 2 (${paths[1]}, line 1) has` })
  t.strictSame(
    f.sourceOf(error)?.map(({ index }) => index),
    [1, 1],
  )
  const lists = f.chain([['1'], ['2', 'x']])
  t.match((await drained(f.merge([lists], { key: Number }))).error, {
    message: 'input 0, item 2 (input 1, item 1): no key was found',
  })
})

t.test('an error about a multiline record names its first line', async (t) => {
  const { fileOf } = folder(t)
  const path = fileOf('a.log', 'a\n  1\nb\n  2\nc\n')
  const records = () => f.multiline({ start: /^\w/ })(f.lineSource(path))
  const failingAt = (bad: string) =>
    f.pipe(
      records(),
      f.map((record: string) => (record.startsWith(bad) ? 1 : record)),
      f.toLines() as never,
    )
  for (const [bad, line] of [
    ['a', 1],
    ['b', 3],
    ['c', 5],
  ] as const)
    t.match((await drained(failingAt(bad))).error, {
      line,
      message: `${path}, line ${line}: 1 is not a string`,
    })
})

/** Stages that change, drop, repeat or hold back rows. */
const stages: Readonly<Record<string, () => (source: never) => AsyncIterable<Row>>> = {
  filter: () => f.filter((row: Row) => Number(row['n']) % 3 !== 0) as never,
  'asynchronous filter': () =>
    f.filter(async (row: Row) => Promise.resolve(Number(row['n']) % 3 !== 0)) as never,
  map: () => f.map((row: Row) => ({ ...row })) as never,
  'map with concurrency': () =>
    f.map(async (row: Row) => Promise.resolve({ ...row }), { concurrency: 3 }) as never,
  'map without order': () =>
    f.map(async (row: Row) => Promise.resolve({ ...row }), { concurrency: 3, ordered: false }) as never,
  flatMap: () => f.flatMap((row: Row) => Array<Row>(Number(row['n']) % 3).fill(row)) as never,
  dropWhile: () => f.dropWhile((row: Row) => Number(row['n']) < 2) as never,
  slice: () => f.slice(1, 1000, 2) as never,
  compress: () => f.compress(Array.from({ length: 1000 }, (_, i) => i % 2)) as never,
  stage: () => f.stage(() => (row: Row) => row) as never,
  'stage that buffers one item': () => {
    let held: Row | undefined
    return f.stage(() => (row: Row) => {
      const before = held
      held = row
      return before ?? f.none
    }) as never
  },
}

t.test('no error names a wrong row, whichever junctions and stages are in between', async (t) => {
  const nameIn = <T extends object>(table: T) => fc.constantFrom(...Object.keys(table))
  const stageNames = fc.array(nameIn(stages), { maxLength: 2 })
  const named: string[] = []
  const property = fc.asyncProperty(
    nameIn(junctions),
    fc.array(fc.tuple(fc.integer({ min: 2, max: 12 }), stageNames), { minLength: 1, maxLength: 4 }),
    stageNames,
    fc.integer({ min: 0, max: 2 }),
    fc.nat(5),
    async (junction, inputs, outer, readAhead, bad) => {
      const through = (source: unknown, list: readonly string[]): AsyncIterable<Row> =>
        list.reduce((from, name) => stages[name]?.()(from as never) as never, source) as never
      const tables = inputs.map(([length, list], i) => {
        const rows = Array.from({ length }, (_, n) => `${n * 10 + i},${n},${i}:${n + 2}\n`)
        return through(f.csvSource([`time,n,at\n${rows.join('')}`]), list)
      })
      const open = junctions[junction] as (typeof junctions)[string]
      let count = 0
      /** The input and the row of the bad item, taken from its own cell. */
      let at = ''
      const amounts = f.cast({
        at(cell) {
          if (count++ < bad) return cell
          at = cell
          return refuse(cell)
        },
      })
      const { error } = await drained(amounts(through(open(tables, readAhead), outer) as never))
      const { message = '' } = (error ?? {}) as Partial<Error>
      const [, input, row] = /^input (\d+), row (\d+),/.exec(message) ?? []
      if (row === undefined) return
      named.push(row)
      assert.equal(`${input}:${row}`, at, message)
    },
  )
  await t.resolves(fc.assert(property, { numRuns: 300 }))
  t.ok(named.length > 20, 'some errors do name a row')
})

t.test('the error of an item that was read ahead does not name a row that was taken later', async (t) => {
  const never = new Promise<boolean>(() => undefined)
  const first = f.filter(({ n }: Row) => n === '1' || never)(f.csvSource(['n\n1\n2\n3\n']))
  const { error } = await drained(f.cast({ n: refuse })(f.chain([first], { readAhead: 2 }) as never))
  t.match(error, { message: 'input 0, row 2, column "n": 1 is not an amount' })
})

t.test(
  'the error of an item emitted before the other inputs yielded anything names its own row',
  async (t) => {
    const silent: AsyncIterable<Row> = new Readable({ objectMode: true, read: () => undefined })
    const first = f.csvSource(['time,n\n,1\n2,2\n3,3\n'])
    const key = (row: Row): number => Number(row['time'] || NaN)
    const merged = f.merge([first, silent], { key, keyless: 'follow' })
    const slow = f.map(async (row: Row) => setImmediate(row), { concurrency: 2 })
    const { error } = await drained(f.pipe(merged, slow, f.cast({ n: refuse })))
    t.match(error, { message: 'input 0, row 2, column "n": 1 is not an amount' })
  },
)

t.test('the error of a merged item or a record that is not the latest never names another row', async (t) => {
  const later = <T>(item: T): Promise<T> => setImmediate(item)
  const fail = (text: string): never => {
    throw new Error(text)
  }
  const table = (...rows: string[]) => f.csvSource([['n', ...rows, ''].join('\n')])
  const merged = f.merge([table('1', '3'), table('2', '4')], { key: ({ n }: Row) => Number(n) })
  const cells = f.pipe(merged, f.map(later, { concurrency: 3 }), f.cast({ n: fail }))
  t.match((await drained(cells)).error, { message: 'the source, item 0, column "n": 1' })
  const records = f.multiline({ start: /^a/ })(['a1', 'b', 'a2', 'a3'])
  const parsed = f.pipe(records, f.map(later, { concurrency: 3 }), f.map(fail))
  t.match((await drained(parsed)).error, { message: 'a1\nb' })
})

t.test('the error of an item names its row, or none if later rows were taken before the error', async (t) => {
  const rows = (): AsyncIterable<Row> => f.csvSource(['n\n1\n2\n3\n4\n'])
  const fail = f.cast({ n: refuse })
  const ahead = f.map(async (row: Row) => setImmediate(row), { concurrency: 4 })
  const passed: Readonly<Record<string, () => AsyncIterable<Row>>> = {
    chain: () => f.chain([rows()]),
    compress: () => f.pipe(rows(), f.compress([0, 1, 1, 1])),
    filter: () =>
      f.pipe(
        rows(),
        f.filter(({ n }) => n !== '1'),
      ),
    flatMap: () =>
      f.pipe(
        rows(),
        f.flatMap((row) => [row]),
      ),
    merge: () => f.merge([rows()], { key: ({ n }) => Number(n) }),
    mergeBoundedLateness: () => f.mergeBoundedLateness([rows()], { time: ({ n }) => Number(n), lateness: 0 }),
    mergeReady: () => f.mergeReady([rows()]),
    roundRobin: () => f.roundRobin([rows()]),
  }
  for (const [name, open] of Object.entries(passed)) {
    const row = name === 'compress' || name === 'filter' ? 3 : 2
    t.match(
      (await drained(f.pipe(open(), fail))).error,
      { message: new RegExp(`row ${row}, column "n"`) },
      name,
    )
    const { error } = await drained(f.pipe(open(), ahead, fail))
    t.match(error, { message: new RegExp(`(row ${row}|item 0), column "n"`) }, `${name}, read ahead`)
  }
})

t.test('a row or line too far back to be remembered is not named', async (t) => {
  let isTaken: () => void = () => undefined
  const allTaken = new Promise<void>((resolve) => (isTaken = resolve))
  const count = 5000
  /** The first item waits until the last one has been taken. */
  const hold = f.map(
    async (item: unknown, index: number) => {
      if (index === count - 1) isTaken()
      if (index === 0) await allTaken
      return item as { n: string }
    },
    { concurrency: count },
  )
  const gaps = (item: string): string => `${item}\n\n`.repeat(count)
  for (const source of [f.csvSource([`n\n${gaps('x')}`]), f.ndjsonSource([gaps('{"n":"x"}')])]) {
    const { error } = await drained(f.pipe(source, hold, f.cast({ n: 'number' })))
    t.match(error, { message: 'the source, item 0, column "n": "x" is not a decimal number' })
  }
})
