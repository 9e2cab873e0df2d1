/** The output of a text source does not depend on where its input is cut into chunks or gzip members. */
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { csvSource, lineSource, ndjsonSource, type TextSource } from '../../lib/index.ts'
import { cut } from '../instruments/chunks.ts'
import { drained } from '../instruments/drain.ts'
import { folder } from '../instruments/files.ts'
import { usedBytes } from '../instruments/memory.ts'

const { fileOf } = folder(t)

const lines = (source: TextSource) => lineSource(source, { maxLineLength: 8 })
const validLines = (source: TextSource) => lineSource(source, { invalid: 'fail' })
const values = (source: TextSource) => ndjsonSource(source, { maxLineLength: 16 })
const rows = (source: TextSource) => csvSource(source, { ragged: 'keep', maxRowBytes: 24 })
const escaped = (source: TextSource) => csvSource(source, { quote: "'", escape: '\\', headers: false })

/** The reader of each text, the text, its number of items, and the code of the error after them. */
const inputs = {
  'lines with both kinds of line ends': [lines, '\uFEFF\uFEFFa\r\n\r\r\n\né€😀\r\n\n\uFEFF', 6],
  'a line over the limit': [lines, 'a\r\n12345678\r\nb\n123456789\r\nc', 3, 'LIMIT'],
  'bytes that are not UTF-8': [validLines, Buffer.from('EFBBBF610D0AE282AC0A62E282FF0A', 'hex'), 2, 'FORMAT'],
  'a character without its last byte': [validLines, Buffer.from('é\r\n€').subarray(0, -1), 1, 'FORMAT'],
  'values and blank lines': [values, '\uFEFF{"é":"\\n😀"}\r\n\n \t\r\n[1]\n\r\n"€"', 3],
  'a value that is not JSON': [values, '1\r\n\n{"n":"é", x}\n2\n', 1, 'FORMAT'],
  'rows with multiline cells': [rows, '\uFEFF\r\n"a;,""";b\r\n"1\r\n\r";é\n""\n;;€;"\n"\n\r\n"";""', 4],
  'rows after a header with an ambiguous separator': [rows, 'a,b|c\n\n"1|""",2|3\n4|5\n', 0, 'FORMAT'],
  'rows where the row after the header decides the separator': [rows, '"a\n",b|c\r\n\r\n"1|""",2\r\n', 1],
  'rows that end in CR': [rows, 'a\r\r"1\r\n"\r""\r2\r', 3],
  'rows and a CRLF after CR': [rows, 'a\r1\r2\r\n', 1, 'FORMAT'],
  'rows and a lone CR': [rows, 'a,b\r\n1,2\r\n3\r,4\r\n', 1, 'FORMAT'],
  'rows and a quote inside a cell': [rows, 'a,b\n"1""\n",2\n3",4\n', 1, 'FORMAT'],
  'rows and a quote that is never closed': [rows, 'a\n"1"\n"2""\r\n', 1, 'FORMAT'],
  'rows and a row over the limit': [rows, 'a\n"é\n"\n"3456789012345678901234"\n', 1, 'LIMIT'],
  'rows with an escape character': [escaped, "'a\\\\','\\'',\\\r\n'\\\\\\'\\n'\r\n\\,'\\\\\r\n'", 3],
} as const

for (const [what, [read, text, count, code]] of Object.entries(inputs)) {
  t.test(`${what}: the result is the same for every cut into chunks and gzip members`, async (t) => {
    const bytes = Buffer.from(text as string)
    const expected = await drained<unknown>(read([bytes]))
    t.equal(expected.items.length, count)
    t.match(expected, { error: code === undefined ? undefined : { code: `ERR_FANPIPE_${code}` } })
    const isSame = async (source: TextSource, how: string): Promise<void> => {
      t.strictSame(await drained<unknown>(read(source)), expected, how)
    }
    const zipped = gzipSync(bytes)
    for (let at = 0; at <= bytes.length; at++) {
      await isSame(cut(bytes, [at]), `cut at ${at}`)
      await isSame(cut(bytes, [at, at + 1]), `the byte at ${at} alone`)
      const members = Buffer.concat(cut(bytes, [at]).map((part) => gzipSync(part)))
      await isSame([members], `members cut at ${at}`)
      await isSame(cut(members, [...members.keys()]), `members cut at ${at}, byte by byte`)
    }
    for (let at = 0; at <= zipped.length; at++) await isSame(cut(zipped, [at]), `gzip cut at ${at}`)
    await isSame(cut(bytes, [...bytes.keys()]), 'byte by byte')
    const single = Buffer.concat([...bytes].map((byte) => gzipSync(Buffer.of(byte))))
    await isSame([single], 'one member per byte')
    for (const content of [bytes, zipped, single]) {
      const { items, error } = await drained<unknown>(read(fileOf('some.txt', content)))
      t.strictSame(items, expected.items)
      t.match(error, code === undefined ? undefined : { code: `ERR_FANPIPE_${code}` })
    }
  })
}

t.test('a row read in one-byte chunks takes little more memory than the row itself', async (t) => {
  const length = 2 ** 17
  let atEnd = 0
  function* bytes(start: string, end: string): Generator<Buffer> {
    yield Buffer.from(start)
    for (let i = 0; i < length; i++) yield Buffer.from('x')
    atEnd = usedBytes()
    yield Buffer.from(end)
  }
  for (const [start, end, column] of [
    ['a\n"', '"\n', 'a'],
    ['a\n', '\n', 'a'],
    ['"', '"\n1\n', 'x'.repeat(length)],
    ['a,b;c\n1,"', '"', 'b;c'],
  ] as const) {
    const before = usedBytes()
    const { items, error } = await drained(csvSource(bytes(start, end)))
    t.equal(error, undefined)
    t.ok(items.length === 1 && items[0]?.[column] !== undefined)
    t.ok(atEnd - before < 2 ** 22, `${atEnd - before} bytes`)
  }
  const before = usedBytes()
  const { error } = await drained(csvSource(bytes('a\n"', '')))
  t.match(error, { code: 'ERR_FANPIPE_FORMAT', message: /row 2: .*never closed/ })
  t.ok(atEnd - before < 2 ** 22, `${atEnd - before} bytes, never closed`)
  const control = usedBytes()
  const held = [...bytes('', '')]
  t.ok(atEnd - control > 2 ** 23 && held.length > length, 'a control: the memory of the chunks alone')
})
