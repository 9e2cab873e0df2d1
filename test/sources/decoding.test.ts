/** Decoding of bytes: byte order marks, and bytes that are invalid in the encoding. */
import { createReadStream } from 'node:fs'
import fc from 'fast-check'
import t from 'tap'
import { chain, lineSource, sourceOf, type LineOptions } from '../../lib/index.ts'
import { cut, cuts } from '../instruments/chunks.ts'
import { all, drained } from '../instruments/drain.ts'
import { folder } from '../instruments/files.ts'

const { fileOf } = folder(t)

/** The same bytes as a path, as a stream, and cut at every position. */
async function* ways(bytes: Buffer, options: LineOptions) {
  const path = fileOf('some.txt', bytes)
  yield drained(lineSource(path, options))
  yield drained(lineSource(createReadStream(path), options))
  for (let at = 0; at < Math.min(bytes.length, 40); at++) {
    yield drained(lineSource(cut(bytes, [at]), options))
    yield drained(lineSource(cut(new Uint8Array(bytes), [at, at + 1]), options))
  }
}

const utf16le = (text: string) => Buffer.from(text, 'utf16le')
const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16()
const utf32le = (text: string) =>
  Buffer.concat([...text].map((c) => Buffer.from([c.charCodeAt(0), c.charCodeAt(0) >> 8, 0, 0])))
const utf32be = (text: string) => Buffer.from(utf32le(text)).swap32()

const wrongMarks = {
  'UTF-16LE without an encoding': [utf16le('\uFEFFa\nb\n'), {}, "encoding: 'utf-16le'"],
  'UTF-16BE without an encoding': [utf16be('\uFEFFa\nb\n'), {}, "encoding: 'utf-16be'"],
  'UTF-16LE read as UTF-8': [utf16le('\uFEFFa\n'), { encoding: 'utf8' }, "encoding: 'utf-16le'"],
  'UTF-16BE read as UTF-16LE': [utf16be('\uFEFFa\n'), { encoding: 'utf-16' }, "encoding: 'utf-16be'"],
  'UTF-16LE read as UTF-16BE': [utf16le('\uFEFFa\n'), { encoding: 'utf-16be' }, "encoding: 'utf-16le'"],
  'UTF-16LE, only the mark': [utf16le('\uFEFF'), {}, "encoding: 'utf-16le'"],
  'UTF-16LE that begins with a line end': [utf16le('\uFEFF\na'), {}, "encoding: 'utf-16le'"],
  'UTF-32LE': [utf32le('\uFEFFa\n'), {}, 'convert it'],
  'UTF-32BE': [utf32be('\uFEFFa\n'), {}, 'convert it'],
  'UTF-32LE read as UTF-16LE': [utf32le('\uFEFFa\n'), { encoding: 'utf-16le' }, 'convert it'],
} as const

for (const [what, [bytes, options, advice]] of Object.entries(wrongMarks)) {
  t.test(`the byte order mark of ${what} is an error that says what to do`, async (t) => {
    for (const invalid of ['replace', 'fail'] as const) {
      for await (const { items, error } of ways(bytes, { ...options, invalid })) {
        t.strictSame(items, [])
        t.match(error, { code: 'ERR_FANPIPE_FORMAT', index: 0, line: 1 })
        t.match((error as Error).message, 'line 1: ')
        t.match((error as Error).message, advice)
      }
    }
  })
}

t.test('the error for a byte order mark names the file and the position', async (t) => {
  const path = fileOf('le.log', utf16le('\uFEFFa\n'))
  const { error } = await drained(chain([['first'], lineSource(path)]))
  t.match((error as Error).message, `input 1 (${path}), line 1: `)
  t.match(error, { label: path, source: 1 })
  t.strictSame(sourceOf(error), [{ index: 1, label: path }])
})

t.test(
  'only the first byte order mark is stripped, and bytes that look like its beginning are text',
  async (t) => {
    for (const [bytes, options, lines] of [
      [Buffer.from('\uFEFF\uFEFFa\n'), {}, ['\uFEFFa']],
      [utf16le('\uFEFF\uFEFFa\n'), { encoding: 'utf-16le' }, ['\uFEFFa']],
      [utf16be('\uFEFFa\n'), { encoding: 'utf-16be' }, ['a']],
      [utf16le('a\n\0'), { encoding: 'utf-16le' }, ['a', '\0']],
      [Buffer.from([0]), {}, ['\0']],
      [Buffer.from([0, 0, 0xfe, 10]), {}, ['\0\0\uFFFD']],
      [Buffer.from([0xff]), {}, ['\uFFFD']],
      [Buffer.from([0xef, 0xbb]), {}, ['\uFFFD']],
      [Buffer.from([0xff, 0xfe, 0x61]), { encoding: 'latin1' }, ['ÿþa']],
      [Buffer.from([0xff, 0xfe, 0, 0]), { encoding: 'latin1' }, ['ÿþ\0\0']],
      [Buffer.from([0xef, 0xbb, 0xbf]), {}, []],
      [Buffer.from(''), {}, []],
      [Buffer.from('\uFEFF\n'), {}, ['']],
    ] as const) {
      for await (const seen of ways(bytes, options)) t.strictSame(seen, { items: lines })
    }
    t.strictSame(await all(lineSource(['', '\uFEFF', '\uFEFFa'])), ['\uFEFFa'])
    t.strictSame(await all(lineSource([Buffer.from([0xef]), 'a'])), ['\uFFFDa'], 'bytes, then text')
  },
)

const invalidBytes = {
  'a byte that begins no character': [Buffer.from('a\nbé\xff\nc\n', 'latin1').fill(0xff, 5, 6), {}, ['a'], 2],
  'a character cut off by a line end': [Buffer.from([0x61, 10, 10, 0xe2, 0x82, 10, 0x61]), {}, ['a', ''], 3],
  'a character cut off by the end': [Buffer.from([0x61, 10, 0x62, 0xe2, 0x82]), {}, ['a'], 2],
  'a surrogate in UTF-8': [Buffer.from([0x61, 10, 0xed, 0xa0, 0x80, 10]), {}, ['a'], 2],
  'half a unit of UTF-16': [
    Buffer.concat([utf16le('a\nb\n'), Buffer.from([0x61])]),
    { encoding: 'utf-16le' },
    ['a', 'b'],
    3,
  ],
  'half a surrogate pair of UTF-16': [utf16le('a\nb\uD83Dc\n'), { encoding: 'utf-16le' }, ['a'], 2],
  'a lead byte of Shift_JIS alone': [
    Buffer.from([0x82, 0xa0, 10, 0x61, 0x82, 10]),
    { encoding: 'shift_jis' },
    ['あ'],
    2,
  ],
} as const

for (const [what, [bytes, options, lines, line]] of Object.entries(invalidBytes)) {
  t.test(`invalid: 'fail': ${what} is an error with its line, after the earlier lines`, async (t) => {
    for await (const { items, error } of ways(bytes, { ...options, invalid: 'fail' })) {
      t.strictSame(items, lines)
      t.match(error, { code: 'ERR_FANPIPE_FORMAT', index: line - 1, line })
      t.match((error as Error).message, new RegExp(`line ${line}: .*invalid: 'replace'`))
    }
    for await (const { error } of ways(bytes, options)) t.equal(error, undefined)
  })
}

t.test("invalid: 'fail' distinguishes U+FFFD in the input from a replaced byte", async (t) => {
  const bytes = Buffer.concat([Buffer.from('\uFFFD\n\uFFFD€'), Buffer.from([0xc3]), Buffer.from('\nc')])
  for await (const { items, error } of ways(bytes, { invalid: 'fail' })) {
    t.strictSame(items, ['\uFFFD'])
    t.match(error, { line: 2, column: 3 })
  }
})

t.test(
  "invalid: 'fail' finds the first invalid byte of a large text, from a path and from a stream",
  async (t) => {
    const property = fc.asyncProperty(
      fc.nat(200_000),
      fc.integer({ min: 1, max: 90_000 }),
      async (at, width) => {
        const text = Buffer.alloc(200_001, 'x')
        for (let end = width; end < text.length; end += width + 1) text[end] = 10
        text[at] = 0xff
        const expected = text.subarray(0, at).toString().split('\n')
        const column = (expected.pop() as string).length + 1
        for (const source of [fileOf('large.txt', text), [text]]) {
          const { items, error } = await drained(lineSource(source, { invalid: 'fail' }))
          if (items.length !== expected.length || items.some((line, i) => line !== expected[i])) return false
          const found = error as { line?: number; column?: number }
          if (found.line !== expected.length + 1 || found.column !== column) return false
        }
        return true
      },
    )
    await t.resolves(fc.assert(property, { numRuns: 40 }))
  },
)

t.test(
  'a line that is too long before its invalid byte is over the limit, from a path and from a stream',
  async (t) => {
    for (const [length, code] of [
      [8, 'ERR_FANPIPE_FORMAT'],
      [9, 'ERR_FANPIPE_FORMAT'],
      [10, 'ERR_FANPIPE_LIMIT'],
      [100, 'ERR_FANPIPE_LIMIT'],
    ] as const) {
      const bytes = Buffer.concat([Buffer.from(`a\n${'x'.repeat(length)}`), Buffer.from([0xff, 10])])
      for await (const { items, error } of ways(bytes, { invalid: 'fail', maxLineLength: 8 })) {
        t.strictSame(items, ['a'])
        t.match(error, { code, index: 1, message: /line 2: / })
      }
    }
  },
)

t.test("invalid: 'fail' accepts input that is already text", async (t) => {
  t.strictSame(await all(lineSource(['a\uD83D', '\uDE00\n', '\uD83D'], { invalid: 'fail' })), [
    'a😀',
    '\uD83D',
  ])
  t.throws(() => lineSource('x', { invalid: 'ignore' as never }), { message: /^invalid / })
})

t.test('UTF-16 is read from a path and from a stream, wherever it is cut', async (t) => {
  const property = fc.asyncProperty(
    cuts,
    fc.string({ unit: fc.constantFrom('a', '€', '😀', '\n', '\u0A00', '\u000D') }),
    async (positions, text) => {
      const expected = text.split(/\r?\n/)
      if (expected.at(-1) === '') expected.pop()
      for (const [encoding, bytes] of [
        ['utf-16le', utf16le(`\uFEFF${text}`)],
        ['utf-16be', utf16be(text)],
      ] as const) {
        const options = { encoding, invalid: 'fail' } as const
        const seen = [
          await all(lineSource(cut(bytes, positions), options)),
          await all(lineSource(fileOf('16.txt', bytes), options)),
        ]
        if (JSON.stringify(seen) !== JSON.stringify([expected, expected])) return false
      }
      return true
    },
  )
  await t.resolves(fc.assert(property))
})
