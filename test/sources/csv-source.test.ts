import assert from 'node:assert/strict'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { stringify } from 'csv-stringify/sync'
import fc from 'fast-check'
import t from 'tap'
import {
  chain,
  csvSource,
  fence,
  merge,
  mergeBoundedLateness,
  roundRobin,
  type CsvOptions,
  type CsvRow,
} from '../../lib/index.ts'
import { cut, cuts, shapes } from '../instruments/chunks.ts'
import { all, drained } from '../instruments/drain.ts'
import { assertFields } from '../instruments/expect.ts'
import { folder, openFiles } from '../instruments/files.ts'
import { failing } from '../instruments/sources.ts'
import { usedMemory } from '../instruments/memory.ts'

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

/** The row as entries of own properties, in column order, so that `__proto__` is included. */
const cellsOf = (row: CsvRow, names: readonly string[]): [string, string | undefined][] =>
  names.map((name) => [name, Object.getOwnPropertyDescriptor(row, name)?.value as string | undefined])

for (const [shapeName, shape] of Object.entries(shapes)) {
  t.test(`E1: the rows of a ${shapeName} are those that were written, wherever it is cut`, async (t) => {
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

  t.test(`a ${shapeName}: a row over the limit fails in its place, after the earlier rows`, async (t) => {
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
        else assertFields(error, { code: 'ERR_FANPIPE_LIMIT', limit: 8, index: long, source: 0 })
      },
    )
    await t.resolves(fc.assert(property))
  })
}

t.test('headers: false numbers the columns, and each row has as many as its cells', async (t) => {
  t.strictSame(await all(csvSource(['a,b\nc\n'], { headers: false })), [{ 0: 'a', 1: 'b' }, { 0: 'c' }])
  t.strictSame(await all(csvSource([''])), [])
  t.strictSame(await all(csvSource(['a,b\n'])), [])
})

t.test('a row with too many or too few cells is an error after the earlier rows', async (t) => {
  for (const [text, options, row, counts] of [
    ['a,b\n1,2\n3\n', {}, 3, '1 cell, but 2 columns'],
    ['a\n1\n\n1,2\n', {}, 4, '2 cells, but 1 column'],
    ['1,2\n3,4,\n', { headers: ['a', 'b'] }, 2, '3 cells, but 2 columns'],
    ['1\n2,\n', { headers: ['toString'] }, 2, '2 cells, but 1 column'],
    ['1,2\n3\n', { headers: ['a', 'toString'] }, 2, '1 cell, but 2 columns'],
  ] as const) {
    const { items, error } = await drained(csvSource([text], options))
    t.equal(items.length, 1)
    t.match(error, { code: 'ERR_FANPIPE_FORMAT', index: 1 })
    t.match((error as Error).message, `the source, row ${row}: ${counts}; set ragged: 'keep'`)
  }
})

t.test("ragged: 'keep' loses no cell, whatever the columns are called", async (t) => {
  const read = (text: string, headers?: string[]) =>
    all(csvSource([text], { ragged: 'keep', ...(headers === undefined ? {} : { headers }) }))
  t.strictSame(await read('a,b\n1\n\n1,2,3,4\n'), [{ a: '1' }, { a: '1', b: '2', _2: '3', _3: '4' }])
  t.strictSame(await read('_2,b\nkept,2,extra\n'), [{ _2: 'kept', b: '2', __2: 'extra' }])
  t.strictSame(await read('_2,__2,_9\n1,2,3,4\n'), [{ _2: '1', __2: '2', _9: '3', _3: '4' }])
  t.strictSame(await read('_2,__2\n1,2,3\n'), [{ _2: '1', __2: '2', ___2: '3' }])
  t.strictSame(await read('_03,_99999999\n1,2,3,4\n'), [{ _03: '1', _99999999: '2', _2: '3', _3: '4' }])
  t.strictSame(await read('1,2\n', []), [{ _0: '1', _1: '2' }])
})

t.test("ragged: 'keep' gives every cell of a row a unique name", async (t) => {
  const names = fc.uniqueArray(fc.constantFrom('a', '_0', '_1', '_2', '__2', '_3', '__proto__', ''), {
    minLength: 1,
  })
  const property = fc.asyncProperty(names, fc.array(fc.nat(9), { minLength: 1 }), async (headers, cells) => {
    const text = `${headers.join(',') || '""'}\n${cells.join(',')}\n`
    const [row] = await all(csvSource([text], { ragged: 'keep', separator: ',' }))
    const found = Object.values(row as CsvRow).sort()
    return found.join() === cells.map(String).sort().join()
  })
  await t.resolves(fc.assert(property))
})

t.test('a column without a name is called _ and its index, with more _ if another column is', async (t) => {
  t.strictSame(await all(csvSource(['a,,\n1,2,3\n'])), [{ a: '1', _1: '2', _2: '3' }])
  t.strictSame(await all(csvSource([',_0\n1,2\n'])), [{ __0: '1', _0: '2' }])
  t.strictSame(await all(csvSource(['""\n1\n""\n'])), [{ _0: '1' }, { _0: '' }])
  t.strictSame(await all(csvSource(['1,2\n'], { headers: ['', ''] })), [{ _0: '1', _1: '2' }])
})

t.test('blank lines are skipped; an empty quoted cell is a row', async (t) => {
  for (const end of ['\n', '\r\n', '\r']) {
    const text = ['', 'a', '', '1', '', '""', '2', '', ''].join(end)
    t.strictSame(await all(csvSource([text])), [{ a: '1' }, { a: '' }, { a: '2' }])
    t.strictSame(await all(csvSource([text], { headers: false })), [
      { 0: 'a' },
      { 0: '1' },
      { 0: '' },
      { 0: '2' },
    ])
  }
})

t.test('blank lines before the header take no memory, but count as rows', async (t) => {
  const used = (): number => usedMemory().external
  const blanks = Buffer.alloc(2 ** 16, '\n')
  let atEnd = 0
  function* table(): Generator<string | Buffer> {
    for (let i = 0; i < 2 ** 6; i++) yield blanks
    atEnd = used()
    yield 'a,b\n1,2\n"'
  }
  for (const options of [{}, { separator: ',' }]) {
    const before = used()
    const { items, error } = await drained(csvSource(table(), options))
    t.strictSame(items, [{ a: '1', b: '2' }])
    t.match(error, { code: 'ERR_FANPIPE_FORMAT', line: 2 ** 22 + 3, message: /row 4194307: / })
    t.ok(atEnd - before < 2 ** 21, `${atEnd - before} bytes`)
  }
  const mixed = await drained(csvSource(['\r', '\r', 'a,b\n1,2\n']))
  t.match(mixed.error, { code: 'ERR_FANPIPE_FORMAT', message: /row 3: .*line end of another kind/ })
})

t.test('the first line end decides, also with explicit headers', async (t) => {
  for (const text of ['1,2\r3,4\r', '1,2\r3,4', '1,2\n3,4\r\n', '1,2\r\n3,4\n', '\r1,2\r\r3,4']) {
    for (let at = 0; at < text.length; at++) {
      const chunks = cut(Buffer.from(text), [at])
      t.strictSame(await all(csvSource(chunks, { headers: ['a', 'b'] })), [
        { a: '1', b: '2' },
        { a: '3', b: '4' },
      ])
      t.strictSame(await all(csvSource(chunks, { headers: false })), [
        { 0: '1', 1: '2' },
        { 0: '3', 1: '4' },
      ])
    }
  }
  t.strictSame(await all(csvSource(['"a\nb",c\r1,"2\r\n"\r'])), [{ 'a\nb': '1', c: '2\r\n' }])
})

t.test(
  'a header with a duplicate name is an error before any row, even if it is the last line',
  async (t) => {
    for (const text of ['a,b,a\n1,2,3\n', 'a,b,a', '__proto__,b,__proto__']) {
      const { items, error } = await drained(
        chain([['first'], csvSource([text])], { labels: ['-', 'twice.csv'] }),
      )
      t.strictSame(items, ['first'])
      t.match(error, { code: 'ERR_FANPIPE_FORMAT', source: 1, index: 0, label: 'twice.csv', line: 1 })
      t.match(
        (error as Error).message,
        /^input 1 \(twice.csv\), row 1: two columns have the name "(a|__proto__)"/,
      )
    }
  },
)

t.test('messages of a merge name the row of an item, counting header and blank lines', async (t) => {
  const rows = csvSource(['\nat\n1\n\n\n3\n', '4\n\n2\n'])
  const { error } = await drained(merge([rows], { key: ({ at }) => at as string }))
  t.match(error, { code: 'ERR_FANPIPE_ORDER', index: 3, message: /^input 0 is not sorted: row 9 / })
  const path = fileOf('times.csv', 'at\n1\n\n2\n1\n')
  const labelled = await drained(merge([csvSource(path)], { key: ({ at }) => at as string }))
  t.match(labelled.error, { message: `input 0 (${path}) is not sorted: row 5 ` })
  const late = await drained(
    mergeBoundedLateness([csvSource(['at\n9\n\n1\n'])], {
      time: ({ at }) => Number(at),
      lateness: 1,
    }),
  )
  t.match(late.error, { message: /row 4 is / })
})

t.test('a column named like a property of Object.prototype is kept and does no harm', async (t) => {
  const rows = await all(csvSource(['__proto__,constructor,prototype,z\n{},1,2,3\n']))
  t.strictSame(Object.entries(rows[0] as CsvRow), [
    ['__proto__', '{}'],
    ['constructor', '1'],
    ['prototype', '2'],
    ['z', '3'],
  ])
  t.equal(Object.getPrototypeOf(rows[0]), Object.prototype)
  for (const header of ['\0__proto__,__proto__', '__proto__,\0__proto__,\0\0__proto__']) {
    const names = header.split(',')
    const values = names.map((_, i) => `${i}`)
    const [row] = await all(csvSource([`${header}\n${values.join(',')}\n`]))
    t.strictSame(
      cellsOf(row as CsvRow, names),
      names.map((name, i) => [name, values[i]]),
    )
    const [given] = await all(csvSource([values.join(',')], { headers: names }))
    t.strictSame(given, row)
  }
  const inherited = ['toString', 'valueOf', 'hasOwnProperty', '__defineGetter__']
  const [row] = await all(csvSource(['1,2,3,4\n'], { headers: inherited }))
  t.strictSame(
    Object.entries(row as CsvRow),
    inherited.map((name, i) => [name, `${i + 1}`]),
  )
})

t.test(
  'other encodings are decoded first, and the byte order mark of a different one is an error',
  async (t) => {
    const table = '\uFEFFname,"größe"\n€😀,"1,5"\n'
    const rows = [{ name: '€😀', größe: '1,5' }]
    const utf16 = Buffer.from(table, 'utf16le')
    for (let at = 0; at < utf16.length; at++)
      t.strictSame(await all(csvSource(cut(utf16, [at]), { encoding: 'utf-16le' })), rows)
    t.strictSame(
      await all(csvSource(Readable.from([Buffer.from(utf16).swap16()]), { encoding: 'utf-16be' })),
      rows,
    )
    const latin1 = Buffer.from('größe\n1\n', 'latin1')
    t.strictSame(await all(csvSource([latin1], { encoding: 'latin1' })), [{ größe: '1' }])
    for (const [encoding, bytes] of [
      ['utf-16le', utf16],
      ['utf-16be', Buffer.from(utf16).swap16()],
    ] as const) {
      const path = fileOf(`${encoding}.csv`, bytes)
      t.strictSame(await all(csvSource(path, { encoding })), rows)
      const { error } = await drained(csvSource(path))
      t.match(error, { code: 'ERR_FANPIPE_FORMAT', line: 1, label: path })
      t.match((error as Error).message, `${path}, line 1: `)
      t.match((error as Error).message, `encoding: '${encoding}'`)
    }
    t.throws(() => csvSource('x', { encoding: 'klingon' }), { message: /^encoding / })
  },
)

t.test(
  "bytes invalid in the encoding become U+FFFD, or with invalid: 'fail' an error after the earlier rows",
  async (t) => {
    const bytes = Buffer.from('a,b\n1,é\n2,\xe9\n3,x\n', 'latin1')
    const utf8 = Buffer.concat([Buffer.from('a,b\n1,é\n'), bytes.subarray(8)])
    const path = fileOf('invalid.csv', utf8)
    t.same((await all(csvSource(path))).slice(1), [
      { a: '2', b: '\uFFFD' },
      { a: '3', b: 'x' },
    ])
    for (const source of [path, [utf8], cut(utf8, [9, 11])]) {
      const rows: CsvRow[] = []
      const reading = (async () => {
        for await (const row of csvSource(source, { invalid: 'fail' })) rows.push(row)
      })()
      await t.rejects(reading, {
        code: 'ERR_FANPIPE_FORMAT',
        line: 3,
        column: 3,
        message: /bytes that are not utf-8/,
      })
      t.same(rows, [{ a: '1', b: 'é' }])
    }
    t.same(await all(csvSource([Buffer.from('é\n1\n')], { invalid: 'fail' })), [{ é: '1' }])
    t.throws(() => csvSource('x', { invalid: 'drop' as 'fail' }), { message: /^invalid / })
  },
)

t.test('chunks that were passed in are not modified', async (t) => {
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

t.test(
  'FR, C1: a file is opened anew for each run, and closed at the end, on error and on early exit',
  async (t) => {
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
  },
)

t.test('bad arguments', async (t) => {
  const bad = (argument: string, call: () => unknown): void => {
    t.throws(call, { code: 'ERR_FANPIPE_ARGUMENT', argument })
  }
  for (const separator of ['', ',,', '"', '\n', '\r', 'é', 1 as never]) {
    bad('separator', () => csvSource('x', { separator }))
  }
  for (const quote of ['', "''", '\n', 'é', true as never]) bad('quote', () => csvSource('x', { quote }))
  for (const escape of ['', '\r', false as never]) bad('escape', () => csvSource('x', { escape }))
  bad('escape', () => csvSource('x', { quote: false, escape: '\\' }))
  bad('separator', () => csvSource('x', { quote: "'", separator: "'" }))
  bad('separator', () => csvSource('x', { escape: ',', headers: false }))
  bad('ragged', () => csvSource('x', { ragged: 'pad' as never }))
  for (const headers of [['a', 'a'], true as never, 'a' as never, [1] as never]) {
    bad('headers', () => csvSource('x', { headers }))
  }
  bad('maxRowBytes', () => csvSource('x', { maxRowBytes: 0 }))
  bad('source', () => csvSource(7 as never))
  await t.rejects(all(csvSource(Readable.from([{ a: 1 }]) as never)), { code: 'ERR_FANPIPE_ARGUMENT' })
})

t.test(
  'an open quote has linear cost, however its bytes are cut, and other inputs get their turn',
  async (t) => {
    const cost = async (chunks: number): Promise<number> => {
      const chunk = Buffer.alloc(1024, 'x,"",\n')
      const before = process.cpuUsage()
      const input = (function* () {
        yield 'a,b\n"'
        for (let i = 0; i < chunks; i++) yield chunk
      })()
      const rows = csvSource(input, { maxRowBytes: 2 ** 30 })
      t.match((await drained(rows)).error, { code: 'ERR_FANPIPE_FORMAT', message: /row 2: / })
      const { user, system } = process.cpuUsage(before)
      return user + system
    }
    await cost(2000)
    const little = Math.min(await cost(2000), await cost(2000))
    t.ok((await cost(16_000)) < 32 * little, 'eight times the bytes cost less than 32 times as much')

    let turns = 0
    const turn = setInterval(() => turns++, 0)
    const whole = Buffer.concat([Buffer.from('a\n"'), Buffer.alloc(2 ** 25, 'x')])
    const rows = csvSource([whole], { maxRowBytes: 2 ** 26 })
    const others = (async function* () {
      for (;;) yield await Promise.resolve({ a: '' })
    })()
    const { error } = await drained(roundRobin([rows, others]))
    t.match(error, { code: 'ERR_FANPIPE_FORMAT', source: 0 })
    clearInterval(turn)
    t.ok(turns >= 4, `${turns} turns`)
  },
)

t.test('text may be cut anywhere, even within a surrogate pair', async (t) => {
  const text = 'a\n😀\n'
  for (let at = 0; at < text.length; at++)
    t.strictSame(await all(csvSource(cut(text, [at]))), [{ a: '😀' }], `cut at ${at}`)
  t.strictSame(
    await all(csvSource(['a\n\uD83D', Buffer.from('b\n')])),
    [{ a: '\uFFFDb' }],
    'text, then bytes',
  )
  t.strictSame(await all(csvSource(['a\n\uD83D'])), [{ a: '\uFFFD' }])
})

t.test('without maxRowBytes a row may have 1 MiB, including its line end', async (t) => {
  const cell = 'x'.repeat(2 ** 20 - 1)
  t.strictSame(await all(csvSource([`a\n${cell}\n`])), [{ a: cell }])
  const { error } = await drained(csvSource([`a\n${cell}x\n`]))
  t.match(error, { code: 'ERR_FANPIPE_LIMIT', limit: 2 ** 20, message: /row 2: / })
})

t.test('a row of any length within the limit is read, and the rows after it', async (t) => {
  const long = 'x'.repeat(300_000)
  const text = `a,b\n${long},"${long}""\n"\n1,2\n`
  const rows = [
    { a: long, b: `${long}"\n` },
    { a: '1', b: '2' },
  ]
  t.strictSame(await all(csvSource([text])), rows)
  t.strictSame(
    await all(csvSource(cut(Buffer.from(text), [10, 70_000, 150_000, 300_007, 300_008, 600_010]))),
    rows,
  )
  const plain = `a,b\n${`${'y'.repeat(50)},z\n`.repeat(5000)}${long},1\n`
  t.equal((await all(csvSource(cut(Buffer.from(plain), [1000, 64_000, 300_000])))).length, 5001)
})
