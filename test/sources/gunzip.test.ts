/** Input that begins like gzip is decompressed by lineSource, csvSource and ndjsonSource. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createReadStream, createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { constants, crc32, deflateRawSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import t from 'tap'
import { chain, csvSource, lineSource, sourceOf, type LineOptions } from '../../lib/index.ts'
import { cut, cuts } from '../instruments/chunks.ts'
import { all, drained } from '../instruments/drain.ts'
import { folder, openFiles } from '../instruments/files.ts'
import { failing } from '../instruments/sources.ts'
import { usedBytes } from '../instruments/memory.ts'

const { dir, fileOf } = folder(t)

const MAGIC = [0x1f, 0x8b, 8]

/** A gzip member with the optional header fields, which gzipSync does not write. */
function member(
  text: string | Buffer,
  parts: { extra?: Buffer; name?: string; comment?: string; checksum?: true; wrong?: true } = {},
): Buffer {
  const { extra, name, comment, checksum, wrong } = parts
  const flags =
    (checksum ? 2 : 0) +
    (extra === undefined ? 0 : 4) +
    (name === undefined ? 0 : 8) +
    (comment === undefined ? 0 : 16)
  const integer = (value: number, bytes = 4): Buffer => {
    const buffer = Buffer.alloc(bytes)
    buffer.writeUIntLE(value, 0, bytes)
    return buffer
  }
  const header = Buffer.concat([
    Buffer.from([...MAGIC, flags, 1, 2, 3, 4, 0, 3]),
    extra === undefined ? Buffer.alloc(0) : Buffer.concat([integer(extra.length, 2), extra]),
    Buffer.from(name === undefined ? '' : `${name}\0`),
    Buffer.from(comment === undefined ? '' : `${comment}\0`),
  ])
  const sum = (crc32(header) & 0xffff) ^ (wrong ? 1 : 0)
  return Buffer.concat([
    header,
    checksum ? integer(sum, 2) : Buffer.alloc(0),
    deflateRawSync(text),
    integer(crc32(text)),
    integer(Buffer.byteLength(text)),
  ])
}

/** The same bytes as a path, as a stream, from a function, and in chunks. */
async function* ways(bytes: Buffer, options: LineOptions = {}, name = 'some.gz') {
  const path = fileOf(name, bytes)
  yield { way: 'path', ...(await drained(lineSource(path, options))) }
  yield { way: 'path, with split2', ...(await drained(lineSource(path, { encoding: 'latin1', ...options }))) }
  yield { way: 'stream', ...(await drained(lineSource(createReadStream(path), options))) }
  yield { way: 'function', ...(await drained(lineSource(() => createReadStream(path), options))) }
  yield { way: 'bytes', ...(await drained(lineSource(cut(bytes, [...bytes.keys()]), options))) }
}

const text = fc.string({ unit: fc.constantFrom('a', 'é', '€', '😀', '\n', '\r\n', '\0'), maxLength: 60 })

t.test('E1: gzip reads like the uncompressed text, wherever chunks and members are cut', async (t) => {
  const property = fc.asyncProperty(text, cuts, cuts, fc.nat(5), async (content, members, chunks, zeros) => {
    const parts = cut(Buffer.from(content), members).map((part, i) =>
      i % 2 === 0 ? gzipSync(part) : member(part, { name: 'x.log', checksum: true }),
    )
    const bytes = Buffer.concat([...parts, Buffer.alloc(zeros)])
    const expected = await all(lineSource([content]))
    const path = fileOf('any.gz', bytes)
    const sources = [cut(bytes, chunks), Readable.from(cut(bytes, chunks)), path, createReadStream(path)]
    for (const source of sources) assert.deepEqual(await all(lineSource(source)), expected)
  })
  await t.resolves(fc.assert(property))
})

t.test('E1: csvSource reads gzip like the uncompressed table, wherever it is cut', async (t) => {
  const table = 'a,b\n1,"x\ny"\n\n€,😀\n'
  const rows = await all(csvSource([table]))
  const bytes = Buffer.concat([gzipSync(table.slice(0, 7)), gzipSync(table.slice(7)), Buffer.alloc(3)])
  for (let at = 0; at <= bytes.length; at++)
    t.strictSame(await all(csvSource(cut(bytes, [at]))), rows, `cut at ${at}`)
  const path = fileOf('table.csv.gz', bytes)
  t.strictSame(await all(csvSource(path)), rows)
  t.strictSame(await all(csvSource(createReadStream(path))), rows)
  const [raw] = await all(csvSource(path, { gunzip: false, headers: false, quote: false }))
  t.match(raw?.[0], /^\u001f/, 'gunzip: false gives the compressed bytes')
})

t.test('every header field is read, however long, and the header checksum is verified', async (t) => {
  const full = {
    extra: Buffer.alloc(300, 1),
    name: 'a.log',
    comment: 'x'.repeat(500),
    checksum: true,
  } as const
  for (const parts of [
    {},
    { extra: Buffer.alloc(0) },
    { name: '' },
    { comment: 'c' },
    { checksum: true },
    full,
  ]) {
    const bytes = Buffer.concat([member('a\nb', parts as object), member('c\n', parts as object)])
    for await (const { way, items, error } of ways(bytes))
      t.strictSame([items, error], [['a', 'bc'], undefined], way)
  }
  const wrong = Buffer.concat([member('a\n'), member('b\n', { checksum: true, wrong: true })])
  for await (const { way, items, error } of ways(wrong)) {
    t.strictSame(items, ['a'], way)
    t.match(error, { code: 'ERR_FANPIPE_FORMAT', message: /corrupt: wrong checksum of a header/ })
  }
})

t.test('a byte order mark and characters split across members are read correctly', async (t) => {
  const bytes = Buffer.from('\uFEFFgrün\r\n€😀\n')
  const members = Buffer.concat([...bytes].map((byte) => gzipSync(Buffer.of(byte))))
  for await (const { way, items } of ways(members, { encoding: 'utf-8' }))
    t.strictSame(items, ['grün', '€😀'], way)
  const utf16 = gzipSync(Buffer.from('\uFEFFa\n€', 'utf16le'))
  for await (const { items } of ways(utf16, { encoding: 'utf-16le' })) t.strictSame(items, ['a', '€'])
  for await (const { items, error } of ways(utf16, { encoding: 'utf-8' })) {
    t.strictSame(items, [])
    t.match(error, { code: 'ERR_FANPIPE_FORMAT', message: /encoding: 'utf-16le'/ })
  }
})

t.test('plain input is passed through unchanged, even if it begins like gzip', async (t) => {
  for (const bytes of [[], [0x1f], [0x1f, 0x8b], [0x1f, 0x8b, 7, 10], [0x1f, 0x61], [0x61, 10, ...MAGIC]]) {
    const expected = Buffer.from(bytes).toString('latin1').split('\n')
    if (expected.at(-1) === '') expected.pop()
    for await (const { way, items, error } of ways(Buffer.from(bytes), { encoding: 'iso-8859-2' }))
      t.strictSame([items.length, error], [expected.length, undefined], `${bytes.join()} as ${way}`)
    for await (const { items } of ways(Buffer.from(bytes), { encoding: 'utf-8' }))
      t.strictSame(items, await all(lineSource([Buffer.from(bytes)], { gunzip: false })))
  }
  const mixed = [Buffer.from([0x1f]), '\u008b\b\n', Buffer.from('x')]
  t.strictSame(await all(lineSource(mixed)), ['\u001f\u008b\b', 'x'], 'bytes, then text')
  t.strictSame(await all(lineSource(['\u001f\u008b\b'])), ['\u001f\u008b\b'], 'text is never gzip')
  t.strictSame(await all(lineSource([Buffer.alloc(0), gzipSync('a')])), ['a'], 'a leading empty chunk')
})

t.test('members of any size are read from a path and from a stream', async (t) => {
  const member = fc.oneof(fc.nat(40), fc.integer({ min: 60_000, max: 200_000 }))
  const property = fc.asyncProperty(
    fc.array(member, { maxLength: 4 }),
    fc.integer({ min: 1, max: 90 }),
    async (sizes, width) => {
      const total = sizes.reduce((sum, size) => sum + size, 0)
      const text = Buffer.alloc(total, `${'x'.repeat(width)}\n`)
      let from = 0
      const path = fileOf(
        'sizes.gz',
        Buffer.concat(sizes.map((size) => gzipSync(text.subarray(from, (from += size))))),
      )
      const expected = text.toString().split('\n')
      if (expected.at(-1) === '') expected.pop()
      assert.deepEqual(await all(lineSource(path)), expected)
      assert.deepEqual(await all(lineSource(createReadStream(path))), expected)
    },
  )
  await t.resolves(fc.assert(property, { numRuns: 20 }))
})

t.test('gzip in gzip is decompressed once', async (t) => {
  const inner = gzipSync('a\n')
  const [line] = await all(lineSource([gzipSync(inner)], { encoding: 'latin1' }))
  t.equal(line?.slice(0, 1), '\u001f')
})

t.test('gunzip: false gives the compressed bytes', async (t) => {
  for await (const { items, error } of ways(gzipSync('a\nb\n'), { gunzip: false })) {
    t.equal(error, undefined)
    t.match(items[0], /^\u001f/)
  }
})

const faults = {
  'other data after a member': [
    Buffer.concat([gzipSync('a\nb\n'), Buffer.from('xyz')]),
    /other data follows/,
  ],
  'one more byte': [Buffer.concat([gzipSync('a\nb\n'), Buffer.from('\n')]), /other data follows/],
  'other data after zero bytes': [
    Buffer.concat([gzipSync('a\nb\n'), Buffer.alloc(5), Buffer.from('x')]),
    /other data follows/,
  ],
  'a member after zero bytes': [
    Buffer.concat([gzipSync('a\nb\n'), Buffer.alloc(5), gzipSync('c\n')]),
    /other data follows/,
  ],
  'the beginning of a member': [Buffer.concat([gzipSync('a\nb\n'), Buffer.from([0x1f, 0x8c])]), /other data/],
  'a member with an unknown method': [
    Buffer.concat([gzipSync('a\nb\n'), Buffer.from([0x1f, 0x8b, 9])]),
    /other data/,
  ],
  'the first byte of a member': [Buffer.concat([gzipSync('a\nb\n'), Buffer.from([0x1f])]), /is truncated/],
  'a wrong checksum': [
    Buffer.concat([gzipSync('a\nb\n').subarray(0, -8), Buffer.alloc(4), Buffer.from([4, 0, 0, 0])]),
    /corrupt: wrong checksum/,
  ],
  'a wrong length': [
    Buffer.concat([gzipSync('a\nb\n').subarray(0, -4), Buffer.from([5, 0, 0, 0])]),
    /corrupt: wrong length/,
  ],
  'invalid compressed data': [
    Buffer.concat([gzipSync('a\nb\n'), gzipSync('').subarray(0, 10), Buffer.from([7])]),
    /corrupt: invalid/,
  ],
  'unknown flags': [
    Buffer.concat([gzipSync('a\nb\n'), Buffer.from([...MAGIC, 0x80, 0])]),
    /corrupt: unknown header flags/,
  ],
} as const

for (const [what, [bytes, message]] of Object.entries(faults)) {
  t.test(`${what} is an error that names the source, after the earlier lines`, async (t) => {
    for await (const { way, items, error } of ways(bytes)) {
      t.strictSame(items, ['a', 'b'], way)
      t.match(error, { name: 'FormatError', code: 'ERR_FANPIPE_FORMAT', message, source: 0 })
      t.strictSame(sourceOf(error), [], way)
    }
    const path = fileOf('named.gz', bytes)
    for (const options of [{}, { encoding: 'latin1' }]) {
      const { error } = await drained(chain([['first'], lineSource(path, options)]))
      t.match(error, { label: path, source: 1 })
      t.ok((error as Error).message.startsWith(`input 1 (${path}), `), (error as Error).message)
      t.strictSame(sourceOf(error), [{ index: 1, label: path }])
    }
    t.equal(openFiles(path), 0)
    const rows = await drained(csvSource([Buffer.concat([gzipSync('n\n'), bytes])]))
    t.strictSame(rows.items, [{ n: 'a' }, { n: 'b' }])
    t.match(rows.error, { code: 'ERR_FANPIPE_FORMAT', message })
  })
}

t.test('gzip that is cut off anywhere fails as truncated after the complete lines', async (t) => {
  const whole = Buffer.concat([gzipSync('a\nb\n'), member('c\nd\ne', { extra: Buffer.alloc(3), name: 'x' })])
  const first = gzipSync('a\nb\n').length
  for (let length = MAGIC.length; length < whole.length; length++) {
    for await (const { way, items, error } of ways(whole.subarray(0, length), {}, 'cut.gz')) {
      const known = ['a', 'b', 'c', 'd']
      if (length === first) {
        t.strictSame([items, error], [['a', 'b'], undefined], 'a complete member')
        continue
      }
      t.strictSame(items, known.slice(0, items.length), `${length} bytes as ${way}`)
      t.ok(length < first || items.length >= 2)
      t.match(error, { code: 'ERR_FANPIPE_FORMAT', message: /, the gzip data is truncated$/ })
    }
  }
})

t.test('an error from the source arrives unchanged, after the decompressed data', async (t) => {
  const boom = new Error('boom')
  const bytes = gzipSync('a\nb\n')
  for (const chunks of [[bytes.subarray(0, 1)], [bytes.subarray(0, -8)], [bytes]]) {
    const { items, error } = await drained(lineSource(failing(chunks, boom)))
    t.equal(error, boom)
    t.strictSame(items, chunks[0] === bytes.subarray(0, 1) || items.length === 0 ? [] : ['a', 'b'])
  }
  const { error } = await drained(lineSource([bytes.subarray(0, 12), 7 as never]))
  t.match(error, { code: 'ERR_FANPIPE_ARGUMENT', argument: 'source' })
  const text = await drained(lineSource([bytes, 'text']))
  t.match(text.error, { code: 'ERR_FANPIPE_FORMAT', message: /other data follows/ })
})

t.test('a chunk is consumed before the next one is taken, so that its buffer may be reused', async (t) => {
  const lines = Array.from({ length: 5000 }, (_, i) => `${i} ${i * 7919}`)
  const bytes = gzipSync(lines.join('\n'))
  function* refilled(): Generator<Buffer> {
    const buffer = Buffer.alloc(100)
    for (let at = 0; at < bytes.length; at += buffer.length) {
      const length = bytes.copy(buffer, 0, at, at + buffer.length)
      yield buffer.subarray(0, length)
      buffer.fill('?')
    }
  }
  t.strictSame(await all(lineSource(refilled)), lines)
  function* byOne(): Generator<Buffer> {
    const buffer = Buffer.alloc(1)
    for (const byte of bytes.subarray(0, 50)) {
      buffer[0] = byte
      yield buffer
    }
  }
  t.match((await drained(lineSource(byOne))).error, { message: /truncated/ })
})

t.test('C1: file and decompressor are closed on early exit, on error and on abort', async (t) => {
  const lines = Array.from({ length: 60_000 }, (_, i) => `${i}`).join('\n')
  const path = fileOf('many.gz', gzipSync(lines))
  for (const options of [{}, { encoding: 'latin1' }]) {
    for await (const line of lineSource(path, options)) {
      t.equal(line, '0')
      t.equal(openFiles(path), 1)
      break
    }
    t.equal(openFiles(path), 0, 'after a break')
    await t.rejects(all(lineSource(path, { ...options, maxLineLength: 1 })), { code: 'ERR_FANPIPE_LIMIT' })
    t.equal(openFiles(path), 0, 'after an error')
    const controller = new AbortController()
    await t.rejects(
      async () => {
        for await (const line of lineSource(path, { ...options, signal: controller.signal })) {
          t.ok(line)
          controller.abort()
        }
      },
      { name: 'AbortError' },
    )
    t.equal(openFiles(path), 0, 'after abort')
    const readable = chain([lineSource(path, options)])
    readable.read()
    readable.destroy()
    await new Promise((resolve) => readable.once('close', resolve))
    t.equal(openFiles(path), 0, 'after destroy')
    t.equal((await all(lineSource(path, options))).length, 60_000, 'again')
    t.equal(openFiles(path), 0, 'at the end')
  }
})

t.test('a followed file must not be gzipped; a plain one is followed', async (t) => {
  for (const follow of [true, { from: 'beginning' }, { wait: true }] as const) {
    t.throws(() => lineSource('x', { follow, gunzip: true }), {
      code: 'ERR_FANPIPE_ARGUMENT',
      argument: 'gunzip',
    })
    const path = fileOf('followed.gz', gzipSync('a\n'))
    const poll = () => new Promise<void>((resolve) => setImmediate(resolve))
    const { items, error } = await drained(lineSource(path, { follow, poll }))
    t.strictSame(items, [])
    t.match(error, { code: 'ERR_FANPIPE_FORMAT', label: path, message: /the followed file is gzip data/ })
    t.equal(openFiles(path), 0)
  }
  const path = fileOf('raw.gz', Buffer.concat([gzipSync('a\n'), Buffer.from('\n')]))
  for await (const line of lineSource(path, { follow: { from: 'beginning' }, gunzip: false })) {
    t.match(line, /^\u001f/)
    break
  }
  t.throws(() => lineSource('x', { gunzip: 'yes' as never }), { message: /^gunzip must be true or false/ })
  t.throws(() => csvSource('x', { gunzip: 1 as never }), { message: /^gunzip must be true or false/ })
})

t.test('gzip that trickles through a pipe is read as it arrives, and can be closed midway', async (t) => {
  const bytes = gzipSync('one\ntwo\nthree')
  const fifo = join(dir, 'fifo.gz')
  execFileSync('mkfifo', [fifo])
  for (const plain of [Buffer.from([0x1f, 0x8b]), Buffer.from([0x1f])]) {
    const lines = all(lineSource(fifo, { encoding: 'utf-8' }))
    const writer = createWriteStream(fifo)
    writer.write(plain.subarray(0, 1))
    await setTimeout(5)
    writer.end(plain.subarray(1))
    t.strictSame(await lines, await all(lineSource([plain])))
  }
  const lines = all(lineSource(fifo))
  const writer = createWriteStream(fifo)
  for (const byte of bytes) {
    writer.write(Buffer.of(byte))
    await setTimeout(1)
  }
  writer.end()
  t.strictSame(await lines, ['one', 'two', 'three'])

  const stopped = lineSource(fifo)[Symbol.asyncIterator]()
  const first = stopped.next()
  const endless = createWriteStream(fifo)
  endless.on('error', () => undefined)
  // A header with a file name that never ends.
  endless.write(Buffer.from([...MAGIC, 8, 0, 0, 0, 0, 0, 0, 0x78]))
  await setTimeout(5)
  const closing = stopped.return?.()
  endless.write(Buffer.from('x'))
  await closing
  t.equal((await first).done, true)
  t.equal(openFiles(fifo), 1, 'only the writer is left')
  endless.destroy()
})

t.test('decompressed data takes no more memory than a line, however small the chunks', async (t) => {
  const size = 2 ** 25
  const bomb = gzipSync(Buffer.alloc(size, 'x'), { level: constants.Z_BEST_COMPRESSION })
  const path = fileOf('bomb.gz', bomb)
  const before = usedBytes()
  for (const source of [path, () => createReadStream(path), () => cut(bomb, [...Array(2000).keys()])]) {
    const { items, error } = await drained(lineSource(source as never, { maxLineLength: 2 ** 16 }))
    t.strictSame(items, [])
    t.match(error, { code: 'ERR_FANPIPE_LIMIT', index: 0 })
    const rows = await drained(csvSource(source as never, { maxRowBytes: 2 ** 16, headers: false }))
    t.match(rows.error, { code: 'ERR_FANPIPE_LIMIT', index: 0 })
  }
  t.ok(usedBytes() - before < 2 ** 23, `${usedBytes() - before} bytes`)
  let peak = 0
  let count = 0
  const many = gzipSync(Buffer.alloc(2 ** 22, 'line\n'))
  const source = (function* () {
    for (const byte of many) yield Buffer.of(byte)
  })()
  for await (const line of lineSource(source)) {
    if (count++ % 200_000 === 0) peak = Math.max(peak, usedBytes() - before)
    if (line !== 'line' && count < 2 ** 22 / 5) t.fail(line)
  }
  t.equal(count, Math.ceil(2 ** 22 / 5))
  t.ok(peak < 2 ** 23, `${peak} bytes`)
  const control = usedBytes()
  const held = Buffer.alloc(2 ** 24, 'line\n')
  t.ok(usedBytes() - control > 2 ** 23 && held.length > 0, 'a control: the memory of the text alone')
})

t.test('other inputs get their turn during any number of empty members', async (t) => {
  const empty = gzipSync('')
  let turns = 0
  const turn = setInterval(() => turns++, 0)
  const bytes = Buffer.concat([...Array<Buffer>(300).fill(empty), gzipSync('a\n')])
  t.strictSame(await all(lineSource([bytes])), ['a'])
  function* nothing(): Generator<Buffer> {
    for (let i = 0; i < 50_000; i++) yield Buffer.alloc(0)
    yield bytes.subarray(0, 5)
    for (let i = 0; i < 50_000; i++) yield Buffer.alloc(0)
    yield bytes.subarray(5)
  }
  t.ok(turns > 0)
  turns = 0
  t.strictSame(await all(lineSource(nothing())), ['a'])
  clearInterval(turn)
  t.ok(turns > 2, `${turns} turns`)
})

t.test('a line that continues in another member when the buffer has no room for all of it', async (t) => {
  const line = 'abc'.repeat(60_000)
  const bytes = Buffer.concat([member(line.slice(0, 100_000)), member(`${line.slice(100_000)}\nlast`)])
  t.strictSame(await all(lineSource(fileOf('members.gz', bytes))), [line, 'last'])
})
