/** Checks against a regular-expression reference that malformed rows are found and nothing is read beyond them. */
import fc from 'fast-check'
import t from 'tap'
import { csvSource, type CsvRow } from '../../lib/index.ts'
import { cut, cuts, shapes } from '../instruments/chunks.ts'
import { all, drained } from '../instruments/drain.ts'

interface Table {
  readonly rows: readonly (readonly string[])[]
  /** The number of the malformed row, if any. */
  readonly wrong?: number
}

const QUOTED = /"((?:[^"]|"")*)"/y
const PLAIN = /[^",\r\n]*/y
const NEXT = { LF: /,|\r?\n|$/y, CR: /,|\r(?!\n)|$/y }

/** Parses a table to its end, or up to the first malformed row. */
function reference(text: string, end: keyof typeof NEXT): Table {
  const rows: string[][] = []
  let number = 1
  let cells: string[] = []
  let [from, start] = [0, 0]
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = from
    const match = pattern.exec(text)
    from += match?.[0].length ?? 0
    return match
  }
  while (start < text.length) {
    const quoted = take(QUOTED)
    cells.push(quoted === null ? (take(PLAIN)?.[0] as string) : (quoted[1] as string).replaceAll('""', '"'))
    const next = take(NEXT[end])
    if (next === null) return { rows, wrong: number }
    if (next[0] === ',') continue
    if (from - next[0].length > start) rows.push(cells)
    cells = []
    start = from
    number++
  }
  return { rows }
}

const cellsOf = (row: CsvRow): string[] => Object.values(row)

const texts = {
  LF: fc.string({ unit: fc.constantFrom('a', 'é', '"', '""', ',', '\n', '\r\n', '\n', '\r'), maxLength: 30 }),
  CR: fc.string({ unit: fc.constantFrom('a', '😀', '"', '""', ',', '\r', '\r', '\n'), maxLength: 30 }),
}

for (const [shapeName, shape] of Object.entries(shapes)) {
  for (const end of ['LF', 'CR'] as const) {
    t.test(`a ${shapeName} whose lines end in ${end} is read up to the first malformed row`, async (t) => {
      const first = end === 'LF' ? 'a\n' : 'a\rb\r'
      const property = fc.asyncProperty(texts[end], cuts, async (rest, positions) => {
        const text = first + rest
        const { rows, wrong } = reference(text, end)
        const { items, error } = await drained(csvSource(shape(text, positions), { headers: false }))
        const found = (error as Error | undefined)?.message.match(/^the source, row (\d+): /)?.[1]
        return (
          JSON.stringify(items.map(cellsOf)) === JSON.stringify(rows) &&
          found === wrong?.toString() &&
          (error === undefined || (error as { index: number }).index === rows.length)
        )
      })
      await t.resolves(fc.assert(property, { numRuns: 300 }))
    })
  }
}

const wrong = {
  'a quote inside a cell': ['id,item\n1,16" pipe\n2,x\n3,12" pipe\n4,e\n', 2, 2, 5],
  'two quotes inside a cell': ['a,b\nthe "big" one,1\n', 2, 2, 5],
  'a cell of inches': ['w,h,n\n5",6",pipe\n', 2, 2, 2],
  'text after a quoted cell': ['a,b\n1,2\n"x"y,1\n', 3, 3, 3],
  'a space after a quoted cell': ['a,b\n"x" ,z\n', 2, 2, 3],
  'a space before a quoted cell': ['a,b\n1,2\n3, "x"\n', 3, 3, 4],
  'a quote in the header': ['a,5" b\n1,2\n', 1, 1, 4],
  'a quote that is never closed': ['a,b\n1,2\n3,"4\n5,6\n', 3, 3, 3],
  'a quote that is never closed, in the header': ['a,"b\n1,2\n', 1, 1, 3],
  'a row of many lines': ['a,b\n"1\n2\n3",x\n4,"5\n6"7\n', 3, 6, 2],
  'a row after rows of many lines, and a blank one': ['a\n"1\n2"\n\n"3\r\n4"\nx"\n', 5, 7, 2],
  'a lone CR after LF': ['a,b\n1,2\n3\r,4\n', 3, 3, 2],
  'a lone CR at the very end after LF': ['a,b\n1,2\r', 2, 2, 4],
  'an LF after CR': ['a,b\r1,2\r3\n,4\r', 3, 3, 2],
  'a CRLF after CR': ['a,b\r1,2\r\n3,4\r', 2, 2, 4],
  'too few cells': ['a,b\n1,2\n\n"3\n"\n4,5\n', 4, 4, undefined],
  'too many cells': ['a,b\n"1\n",2\n3,4,5\n', 3, 4, undefined],
  'a duplicate name': ['\na,b,a\n1,2,3\n', 2, 2, undefined],
} as const

for (const [what, [text, row, line, column]] of Object.entries(wrong)) {
  t.test(`${what} is an error with its row, line and column, wherever the table is cut`, async (t) => {
    const whole = await drained(csvSource([text]))
    t.match(whole.error, { code: 'ERR_FANPIPE_FORMAT', index: whole.items.length, line, column })
    t.match((whole.error as Error).message, new RegExp(`^the source, row ${row}: `))
    for (let at = 1; at < text.length; at++)
      t.strictSame(await drained(csvSource(cut(Buffer.from(text), [at]))), whole, `cut at ${at}`)
    t.strictSame(await drained(csvSource([...text])), whole, 'character by character')
  })
}

/** Chunks long enough for the fast path of the check, and the row with the error. */
const PLAIN_ROWS = '1,2\n'.repeat(100)
const longChunks = {
  'a lone CR': [['a,b\n', `${PLAIN_ROWS}3\r,4\n`], 102],
  'a lone CR at the end of the chunk': [['a,b\n', `${PLAIN_ROWS}3,4\r`, '5,6\n'], 102],
  'a quote inside a cell': [['a,b\n', `${PLAIN_ROWS}3",4\n`], 102],
  'two quotes inside a cell': [['a,b\n', `${PLAIN_ROWS}x "y" z,4\n`, PLAIN_ROWS], 102],
  'a quote at the start of the next chunk': [['a,b\n', `${PLAIN_ROWS}3`, '",4\n'], 102],
  'text after a cell of plain rows': [['a,b\n"', PLAIN_ROWS, '" x,4\n'], 2],
  'plain rows in an open quote': [['a,b\n1,2\n3,"', PLAIN_ROWS], 3],
  'an LF after CR': [['a,b\r', PLAIN_ROWS], 2],
  'too many cells': [['a,b\n', `${PLAIN_ROWS}3,4,5\n6\n`], 102],
} as const

for (const [what, [chunks, row]] of Object.entries(longChunks)) {
  t.test(`${what} is found in long chunks as well as in short ones`, async (t) => {
    const found = await drained(csvSource(chunks))
    t.equal(found.items.length, row - 2)
    t.match(found.error, { code: 'ERR_FANPIPE_FORMAT', index: row - 2 })
    t.match((found.error as Error).message, new RegExp(`^the source, row ${row}: `))
    t.strictSame(found, await drained(csvSource([...chunks.join('')])))
  })
}

t.test('long chunks are read in the same way as short ones', async (t) => {
  for (const chunks of [
    ['a,b\n', `${PLAIN_ROWS}3,"`, PLAIN_ROWS, '"\r\n', PLAIN_ROWS],
    ['a,b\r\n', `${PLAIN_ROWS}3`, `,4\n\n${PLAIN_ROWS}`],
    ['a,b\n1', 'x'.repeat(300), 'y'.repeat(300), `,z\n${PLAIN_ROWS}`],
  ]) {
    const found = await drained(csvSource(chunks))
    t.equal(found.error, undefined)
    t.strictSame(found, await drained(csvSource([...chunks.join('')])))
  }
  for (const long of ['x'.repeat(300), '1234567,\n', '123456789']) {
    const { items, error } = await drained(csvSource(['a,b\n', PLAIN_ROWS + long], { maxRowBytes: 8 }))
    t.equal(items.length, 100)
    t.match(error, { code: 'ERR_FANPIPE_LIMIT', message: /row 102: /, index: 100 })
  }
})

t.test('the message shows the end of the text read so far, and what to do', async (t) => {
  const { error } = await drained(csvSource(['id,item\n1,16" pipe\n']))
  t.match((error as Error).message, /^the source, row 2: after "1,16\\"", a quote in a cell .*quote: false/)
})

t.test('quote: false reads quotes as text', async (t) => {
  const read = (text: string) => all(csvSource([text], { quote: false }))
  t.strictSame(await read('id,item\n1,16" pipe\n2,"x"\n'), [
    { id: '1', item: '16" pipe' },
    { id: '2', item: '"x"' },
  ])
  t.strictSame(await read('w,h,n\n5",6",pipe\n'), [{ w: '5"', h: '6"', n: 'pipe' }])
  t.strictSame(await read('"a,b\n"",1'), [{ '"a': '""', b: '1' }])
})

t.test('custom quote and escape characters', async (t) => {
  const read = (text: string, options: object) => all(csvSource([text], options))
  t.strictSame(await read(`a,b\n'it''s, "so"',2\n`, { quote: "'" }), [{ a: `it's, "so"`, b: '2' }])
  const escape = '\\'
  t.strictSame(await read('a,b\n"say \\"hi\\", \\n",2\n', { escape }), [{ a: 'say "hi", \\n', b: '2' }])
  t.strictSame(await read('a,b\n"\\"",""\n', { escape }), [{ a: '"', b: '' }])
  t.strictSame(await read('a\\\\,b\n"C:\\\\",\\\\\n"\\\\\\"\\\\\\\\","\n"\n', { escape }), [
    { 'a\\\\': 'C:\\', b: '\\\\' },
    { 'a\\\\': '\\"\\\\', b: '\n' },
  ])
  const { error } = await drained(csvSource(['a,b\n"x""y",2\n'], { escape }))
  t.match(error, { code: 'ERR_FANPIPE_FORMAT', message: /row 2: /, column: 3 })
  const text = Buffer.from('a\n"1\\"2\\"\\n"\n3\n')
  for (let at = 1; at < text.length; at++)
    t.strictSame(await all(csvSource(cut(text, [at]), { escape })), [{ a: '1"2"\\n' }, { a: '3' }])
})

t.test('the limit applies to the bytes up to it, wherever the table is cut', async (t) => {
  const property = fc.asyncProperty(
    texts.LF,
    fc.integer({ min: 1, max: 12 }),
    cuts,
    async (text, maxRowBytes, positions) => {
      const read = async (chunks: readonly Buffer[]): Promise<string> => {
        const { items, error } = await drained(csvSource(chunks, { headers: false, maxRowBytes }))
        return JSON.stringify([items, (error as Error | undefined)?.message])
      }
      return (await read([Buffer.from(text)])) === (await read(cut(Buffer.from(text), positions)))
    },
  )
  await t.resolves(fc.assert(property, { numRuns: 300 }))
  const { error } = await drained(csvSource(['a\n12345678"\n'], { maxRowBytes: 8 }))
  t.match(error, { code: 'ERR_FANPIPE_LIMIT', message: /row 2: /, index: 0 })
  const within = await drained(csvSource(['a\n1234567"\n'], { maxRowBytes: 8 }))
  t.match(within.error, { code: 'ERR_FANPIPE_FORMAT', message: /row 2: /, index: 0 })
})
