/** Detection of the separator. */
import fc from 'fast-check'
import t from 'tap'
import { csvSource } from '../../lib/index.ts'
import { cut } from '../instruments/chunks.ts'
import { all, drained } from '../instruments/drain.ts'

const found = {
  'the only one in the header': [
    ['a;b\n1,5;2\n', [{ a: '1,5', b: '2' }]],
    ['a\tb\n1,2\t3;4\n', [{ a: '1,2', b: '3;4' }]],
    ['a|b\r1|2\r', [{ a: '1', b: '2' }]],
    ['\n\r\na|b\n1|2\n', [{ a: '1', b: '2' }]],
  ],
  'the only one outside the quotes of the header': [
    ['"a,b";c\n1;2\n', [{ 'a,b': '1', c: '2' }]],
    ['"a""|;""b",c\n1,2\n', [{ 'a"|;"b': '1', c: '2' }]],
    ['"a\n;b",c\n1,2\n', [{ 'a\n;b': '1', c: '2' }]],
  ],
  'the only one that occurs equally often in header and next row': [
    ['a,b;c\n1;2,3\n', 'ambiguous'],
    ['a (x,y);b\n1;2\n', [{ 'a (x,y)': '1', b: '2' }]],
    ['a (x,y);b\n\n"1,2";2\n', [{ 'a (x,y)': '1,2', b: '2' }]],
    ['a|b,c\n1,"|"\n', [{ 'a|b': '1', c: '|' }]],
    ['a,b;c\n1\n', 'ambiguous'],
    ['a,b;c\n', 'ambiguous'],
    ['a,b;c', 'ambiguous'],
  ],
  'a comma if none occurs': [
    ['a\n1;2\n', [{ a: '1;2' }]],
    ['a', []],
    ['', []],
    ['\n\n', []],
  ],
} as const

for (const [what, tables] of Object.entries(found)) {
  t.test(`the separator is ${what}`, async (t) => {
    for (const [text, rows] of tables) {
      for (let at = 0; at <= text.length; at++) {
        const { items, error } = await drained(csvSource(cut(Buffer.from(text), [at])))
        t.strictSame(items, rows === 'ambiguous' ? [] : rows, `${JSON.stringify(text)}, cut at ${at}`)
        if (rows !== 'ambiguous') t.equal(error, undefined)
        else t.match(error, { code: 'ERR_FANPIPE_FORMAT', message: /row 1: .*separator/, line: 1, index: 0 })
      }
    }
  })
}

t.test('the error for an ambiguous header names its row, also after blank lines', async (t) => {
  const { error } = await drained(csvSource(['\n\n"a\n",b;c\n1,2;3\n']))
  t.match(error, { code: 'ERR_FANPIPE_FORMAT', message: /row 3: .*separator/, line: 3 })
})

t.test('if the first rows are invalid with any separator, the error names the row', async (t) => {
  const { error } = await drained(csvSource(['\na,b;c\n1,x"2;3\n']))
  t.match(error, { code: 'ERR_FANPIPE_FORMAT', message: /row 3: .*quote/, line: 3, column: 4 })
  const open = await drained(csvSource(['a,b;"c\n1,2;3\n']))
  t.match(open.error, { code: 'ERR_FANPIPE_FORMAT', message: /row 1: .*quote/, line: 1, column: 5 })
  const long = await drained(csvSource([`a,b;c\n${'x'.repeat(20)}`], { maxRowBytes: 8 }))
  t.match(long.error, { code: 'ERR_FANPIPE_LIMIT', message: /row 2: /, index: 0 })
})

t.test('with an explicit separator or headers, nothing is detected', async (t) => {
  t.strictSame(await all(csvSource(['a;b\n1;2\n'], { separator: ',' })), [{ 'a;b': '1;2' }])
  t.strictSame(await all(csvSource(['1;2\n'], { headers: ['a'] })), [{ a: '1;2' }])
  t.strictSame(await all(csvSource(['1;2\n'], { headers: false })), [{ 0: '1;2' }])
})

t.test('neither the quote nor the escape character can be the separator', async (t) => {
  t.strictSame(await all(csvSource(['|a;|,b\n1,2\n'], { quote: '|' })), [{ 'a;': '1', b: '2' }])
  t.strictSame(await all(csvSource(['"a;"",b\n1,2\n'], { escape: ';' })), [{ 'a"': '1', b: '2' }])
})

t.test('quotes in the header may be escaped, as may the escape character', async (t) => {
  const read = (header: string) => all(csvSource([`${header}\n1;2\n`], { escape: '\\' }))
  t.strictSame(await read('"a,\\",|";b'), [{ 'a,",|': '1', b: '2' }])
  t.strictSame(await read('"a\\\\";"b,"'), [{ 'a\\': '1', 'b,': '2' }])
})

t.test('any table of two or more columns is read with its own separator', async (t) => {
  const word = fc.stringMatching(/^[a-z]{1,3}$/)
  const rows = fc.array(fc.array(word, { minLength: 3, maxLength: 3 }), { minLength: 1 })
  const property = fc.asyncProperty(rows, fc.constantFrom(',', ';', '\t', '|'), async (cells, separator) => {
    const text = [['x', 'y', 'z'], ...cells].map((row) => row.join(separator)).join('\n')
    const read = await all(csvSource([text]))
    return JSON.stringify(read) === JSON.stringify(cells.map(([x, y, z]) => ({ x, y, z })))
  })
  await t.resolves(fc.assert(property))
})
