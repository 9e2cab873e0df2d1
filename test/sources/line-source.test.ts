import assert from 'node:assert/strict'
import { join } from 'node:path'
import { PassThrough, Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import t from 'tap'
import {
  chain,
  csvSource,
  fence,
  LimitError,
  lineSource,
  merge,
  ndjsonSource,
  sourceOf,
} from '../../lib/index.ts'
import { cut, cuts, shapes } from '../instruments/chunks.ts'
import { all, drained } from '../instruments/drain.ts'
import { assertFields } from '../instruments/expect.ts'
import { folder, openFiles } from '../instruments/files.ts'
import { failing } from '../instruments/sources.ts'
import { usedBytes } from '../instruments/memory.ts'

const { dir, fileOf } = folder(t)

const line = fc.string({ unit: fc.constantFrom('a', 'é', '€', '😀', '\r', '\uFEFF', ' ') })

for (const [name, shape] of Object.entries(shapes)) {
  t.test(`E1: the lines of a ${name} are those of the whole text, wherever it is cut`, async (t) => {
    const property = fc.asyncProperty(
      fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n'))),
      line,
      fc.boolean(),
      cuts,
      async (lines, last, marked, positions) => {
        const text = lines.map(([text, end]) => text + end).join('') + last
        const input = (marked ? '\uFEFF' : '') + text
        const expected = input.replace(/^\uFEFF/, '').split(/\r?\n/)
        if (expected.at(-1) === '') expected.pop()
        assert.deepEqual(await all(lineSource(shape(input, positions))), expected)
        assert.deepEqual(await all(lineSource(shape(input, positions), { invalid: 'fail' })), expected)
      },
    )
    await t.resolves(fc.assert(property))
  })

  t.test(`a ${name}: a line over the limit fails in its place, after the earlier lines`, async (t) => {
    const property = fc.asyncProperty(
      fc.array(fc.nat(12)),
      cuts,
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      async (lengths, positions, end, ended) => {
        const lines = lengths.map((length) => 'x'.repeat(length + 1))
        const text = lines.map((line) => line + end).join('')
        const long = lines.findIndex((line) => line.length > 8)
        const whole = ended ? text : text.slice(0, text.length - end.length)
        const { items, error } = await drained(lineSource(shape(whole, positions), { maxLineLength: 8 }))
        assert.deepEqual(items, long === -1 ? lines : lines.slice(0, long))
        if (long === -1) assert.equal(error, undefined)
        else assertFields(error, { code: 'ERR_FANPIPE_LIMIT', limit: 8, index: long, source: 0 })
      },
    )
    await t.resolves(fc.assert(property))
  })
}

t.test('a line of exactly the limit is accepted; the error names source, line and limit', async (t) => {
  t.strictSame(await all(lineSource(['12345678\r\n'], { maxLineLength: 8 })), ['12345678'])
  const merged = merge([['1'], lineSource(['1\n2\n123456789'], { maxLineLength: 8 })], { labels: ['a', 'b'] })
  const error = await merged.toArray().then(
    () => undefined,
    (error: unknown) => error,
  )
  t.type(error, LimitError)
  t.match(error, {
    message: 'input 1 (b), line 3: longer than 8 characters (maxLineLength)',
    source: 1,
    index: 2,
  })
  t.strictSame(sourceOf(error), [{ index: 1, label: 'b' }])
})

t.test('without maxLineLength a line may have 2 ** 20 characters, also in ndjsonSource', async (t) => {
  const line = '1'.repeat(2 ** 20)
  for (const source of [(text: string) => [text], (text: string) => fileOf('long.txt', text)]) {
    t.strictSame(await all(lineSource(source(`${line}\r\n`))), [line])
    t.strictSame(await all(ndjsonSource(source(`${line}\n`), { parse: String })), [line])
    for (const longer of [lineSource(source(`${line}1\n`)), ndjsonSource(source(`${line}1\n`))])
      t.match((await drained<unknown>(longer)).error, { code: 'ERR_FANPIPE_LIMIT', limit: 2 ** 20 })
  }
})

t.test('other encodings are decoded first, wherever the bytes are cut', async (t) => {
  const utf16 = Buffer.from('\uFEFFgrün\r\n€😀\nend', 'utf16le')
  const property = fc.asyncProperty(cuts, async (positions) => {
    assert.deepEqual(await all(lineSource(cut(utf16, positions), { encoding: 'utf-16le' })), [
      'grün',
      '€😀',
      'end',
    ])
  })
  await t.resolves(fc.assert(property))
  t.strictSame(await all(lineSource([Buffer.from('gr\xfcn\n', 'latin1')], { encoding: 'latin1' })), ['grün'])
  t.strictSame(await all(lineSource([Buffer.from('e\xff\n', 'latin1')])), ['e\uFFFD'])
})

t.test('binary: the bytes of every line are unchanged, from a file, a gzip file and a stream', async (t) => {
  const bytes = fc.uint8Array({ maxLength: 300 })
  const nasty = fc.array(
    fc.oneof(bytes, fc.constantFrom('\r\n', '\n', '\r', '\xef\xbb\xbf', '\xff\xfe').map(Buffer.from)),
  )
  const options = { encoding: 'binary', keepCr: true }
  const property = fc.asyncProperty(nasty, cuts, async (parts, positions) => {
    const whole = Buffer.concat(parts)
    const expected = whole.toString('latin1').split('\n')
    if (expected.at(-1) === '') expected.pop()
    const sources = [
      fileOf('binary', whole),
      fileOf('binary.gz', gzipSync(whole)),
      cut(new Uint8Array(whole), positions),
    ]
    for (const source of sources) assert.deepEqual(await all(lineSource(source, options)), expected)
    const shorter = expected.map((line) => line.replace(/\r$/, ''))
    if (!whole.toString('latin1').endsWith('\r'))
      for (const source of sources)
        assert.deepEqual(await all(lineSource(source, { encoding: 'binary' })), shorter)
  })
  await t.resolves(fc.assert(property))
})

t.test('a byte order mark alone is not a line, and a mark cut off by the end is text', async (t) => {
  t.strictSame(await all(lineSource([Buffer.from('\uFEFF')])), [])
  t.strictSame(await all(lineSource([Buffer.from([0xef, 0xbb])])), ['\uFFFD'])
  t.strictSame(await all(lineSource(['\uFEFF'])), [])
  t.strictSame(await all(lineSource([])), [])
  t.strictSame(await all(lineSource([Buffer.from([0xef]), Buffer.from('x')])), ['\uFFFDx'])
})

t.test('FR, L1, C1: a file is opened anew at each first demand, and closed at the end', async (t) => {
  const path = fileOf('three.log', 'a\nb\nc\n')
  const lines = lineSource(path)
  t.equal(openFiles(path), 0, 'not yet opened')
  t.strictSame(await all(lines), ['a', 'b', 'c'])
  t.equal(openFiles(path), 0, 'closed at the end')
  t.strictSame(await all(lines), ['a', 'b', 'c'], 'again')
  t.strictSame(await all(lineSource(pathToFileURL(path))), ['a', 'b', 'c'], 'a URL')
  const opened = lineSource(() => Readable.from([Buffer.from('x\ny')]))
  t.strictSame(
    [await all(opened), await all(opened)],
    [
      ['x', 'y'],
      ['x', 'y'],
    ],
    'a function',
  )
})

t.test('C1: a file is closed on early exit, error and abort', async (t) => {
  const path = fileOf('many.log', 'line\n'.repeat(200_000))
  for await (const line of lineSource(path)) {
    t.equal(line, 'line')
    t.equal(openFiles(path), 1)
    break
  }
  t.equal(openFiles(path), 0, 'after a break')

  const seen: unknown[] = []
  await pipeline(
    lineSource(path),
    fence(2),
    new Writable({ objectMode: true, write: (line, _, done) => done(void seen.push(line)) }),
  )
  t.equal(seen.length, 2)
  t.equal(openFiles(path), 0, 'after a fence')

  await t.rejects(all(lineSource(path, { maxLineLength: 3 })), { code: 'ERR_FANPIPE_LIMIT', index: 0 })
  t.equal(openFiles(path), 0, 'after an error')

  const boom = new Error('boom')
  await t.rejects(chain([lineSource(path), failing([], boom)]).toArray(), boom)
  const readable = merge([lineSource(path), lineSource(path)])
  readable.once('data', () => readable.destroy())
  await new Promise((resolve) => readable.once('close', resolve))
  t.equal(openFiles(path), 0, 'after destroy')

  const controller = new AbortController()
  await t.rejects(
    async () => {
      for await (const line of lineSource(path, { signal: controller.signal })) {
        t.ok(line)
        controller.abort()
      }
    },
    { name: 'AbortError' },
  )
  t.equal(openFiles(path), 0, 'after abort')
})

t.test('errors of the file and of the stream arrive unchanged, after the earlier lines', async (t) => {
  await t.rejects(all(lineSource(join(dir, 'missing.log'))), { code: 'ENOENT' })
  const seen: string[] = []
  const boom = new Error('boom')
  const broken = lineSource(failing([Buffer.from('one\ntwo\nhal')], boom))
  await t.rejects(async () => {
    for await (const line of broken) seen.push(line)
  }, boom)
  t.strictSame(seen, ['one', 'two'])
  await t.rejects(all(lineSource(dir)), { code: 'EISDIR' })
})

t.test('backpressure: a stream is read no faster than its lines are taken', async (t) => {
  let given = 0
  const endless = new Readable({
    highWaterMark: 2 ** 14,
    read() {
      given++
      this.push('x\n'.repeat(100))
    },
  })
  for await (const line of lineSource(endless)) {
    t.equal(line, 'x')
    await new Promise((resolve) => setTimeout(resolve, 20))
    break
  }
  const ahead = (2 * endless.readableHighWaterMark) / 200
  t.ok(given < ahead + 20, `${given} chunks`)
  t.ok(endless.destroyed)
})

t.test('bad arguments', async (t) => {
  const bad = (argument: string, call: () => unknown): void => {
    t.throws(call, { code: 'ERR_FANPIPE_ARGUMENT', argument })
  }
  bad('encoding', () => lineSource('x', { encoding: 'klingon' }))
  bad('encoding', () => lineSource('x', { encoding: 8 as never }))
  bad('encoding', () => lineSource(new PassThrough().setEncoding('latin1'), { encoding: 'latin1' }))
  bad('maxLineLength', () => lineSource('x', { maxLineLength: 0 }))
  bad('folow', () => lineSource('x', { folow: true } as never))
  bad('source', () => lineSource(Buffer.from('bytes') as never))
  bad('source', () => lineSource(undefined as never))
  await t.rejects(all(lineSource([{}] as never)), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'source' })
  await t.rejects(all(lineSource(['text'], { encoding: 'utf-16le' })), {
    code: 'ERR_FANPIPE_ARGUMENT',
    argument: 'encoding',
  })
})

t.test('a line read in one-byte chunks takes little more memory than the line itself', async (t) => {
  const length = 2 ** 17 - 1
  let atEnd = 0
  function* bytes<C>(of: () => C, end: C): Generator<C> {
    for (let i = 0; i < length; i++) yield of()
    atEnd = usedBytes()
    yield end
  }
  const byByte = () => bytes(() => Buffer.from('x'), Buffer.from('\n'))
  const byCharacter = () => bytes(() => 'x', '\n')
  for (const source of [byByte, byCharacter, () => Readable.from(byByte(), { objectMode: false })]) {
    const before = usedBytes()
    const lines = await all(lineSource(source))
    t.ok(lines.length === 1 && lines[0]?.length === length)
    t.ok(atEnd - before < 2 ** 22, `${atEnd - before} bytes`)
  }
  const before = usedBytes()
  const held = [...byByte()]
  t.ok(atEnd - before > 2 ** 23 && held.length > length, 'a control: the memory of the chunks alone')
})

t.test(
  'a line over the limit is an error even if the source fails after it, wherever it is cut',
  async (t) => {
    const boom = new Error('boom')
    for (const positions of [[], [2], [2, 12], [2, 12, 22], [30]]) {
      for (const text of [`a\n${'x'.repeat(100)}`, Buffer.from(`a\n${'x'.repeat(100)}`)]) {
        const pieces = cut<string | Buffer>(text, positions)
        const { items, error } = await drained(lineSource(failing(pieces, boom), { maxLineLength: 8 }))
        t.strictSame(items, ['a'])
        t.match(error, { code: 'ERR_FANPIPE_LIMIT', index: 1, message: /line 2: / })
      }
      const short = cut(`a\n${'x'.repeat(9)}`, positions)
      const { items, error } = await drained(lineSource(failing(short, boom), { maxLineLength: 8 }))
      t.strictSame([items, error], [['a'], boom], 'a line that may still fit')
    }
  },
)

t.test('bytes and text may alternate, even within a line', async (t) => {
  t.strictSame(await all(lineSource([Buffer.from('a'), 'é\n😀', Buffer.from('b\n')])), ['aé', '😀b'])
})

t.test('the error for a URL that is not a file names the URL', async (t) => {
  const error = await chain([lineSource(new URL('http://localhost/a.log'))])
    .toArray()
    .catch((error: unknown) => error)
  t.match(error, { code: 'ERR_INVALID_URL_SCHEME' })
  t.strictSame(sourceOf(error), [{ index: 0, label: 'http://localhost/a.log' }])
})

t.test('messages name the path of a folder, and say what a source may be', async (t) => {
  for (const source of [lineSource(dir), lineSource(dir, { encoding: 'latin1' }), csvSource(dir)]) {
    const { error } = await drained(source as AsyncIterable<unknown>)
    t.match(error, {
      code: 'EISDIR',
      path: dir,
      message: `EISDIR: illegal operation on a directory, read '${dir}'`,
    })
  }
  t.match((await drained(lineSource(`${dir}/none`))).error, { code: 'ENOENT', path: `${dir}/none` })
  t.throws(() => lineSource(5 as never), { message: /^source must be the path of a file .*, not 5$/ })
})
