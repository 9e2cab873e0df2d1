import assert from 'node:assert/strict'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import t from 'tap'
import { chain, fence, map, merge, ndjsonSource, sourceOf } from '../../lib/index.ts'
import { cut, cuts, shapes } from '../instruments/chunks.ts'
import { all, drained } from '../instruments/drain.ts'
import { folder, openFiles } from '../instruments/files.ts'

const { dir, fileOf } = folder(t)

for (const [name, shape] of Object.entries(shapes)) {
  t.test(`E1: the values of a ${name} are those that were written, wherever it is cut`, async (t) => {
    const property = fc.asyncProperty(
      fc.array(fc.tuple(fc.json(), fc.constantFrom('\n', '\r\n', '\n\n', '\n \t\r\n'))),
      fc.boolean(),
      cuts,
      async (lines, marked, positions) => {
        const text = (marked ? '\uFEFF' : '') + lines.map(([json, end]) => json + end).join('')
        const values = lines.map(([json]) => JSON.parse(json) as unknown)
        assert.deepEqual(await all(ndjsonSource(shape(text, positions))), values)
      },
    )
    await t.resolves(fc.assert(property))
  })
}

t.test(
  'gzip is decompressed, other encodings are decoded, and the last line needs no line end',
  async (t) => {
    const text = '{"n":1}\n\n"é"'
    const path = fileOf('a.ndjson.gz', gzipSync(text))
    t.strictSame(await all(ndjsonSource(path)), [{ n: 1 }, 'é'])
    t.strictSame(await all(ndjsonSource(createReadStream(path))), [{ n: 1 }, 'é'])
    t.strictSame(await all(ndjsonSource(() => createReadStream(path))), [{ n: 1 }, 'é'])
    const bytes = gzipSync(Buffer.from(text, 'latin1'))
    for (let at = 0; at < bytes.length; at++)
      t.strictSame(await all(ndjsonSource(cut(bytes, [at]), { encoding: 'latin1' })), [{ n: 1 }, 'é'])
    t.match((await drained(ndjsonSource(path, { gunzip: false }))).error, {
      code: 'ERR_FANPIPE_FORMAT',
      line: 1,
    })
    t.strictSame(await all(ndjsonSource([''])), [])
    t.strictSame(await all(ndjsonSource(['\n \n\t\r\n'])), [])
    const { error } = await drained(ndjsonSource([Buffer.from([0x22, 0xff, 0x22])], { invalid: 'fail' }))
    t.match(error, { code: 'ERR_FANPIPE_FORMAT', line: 1, column: 2 })
  },
)

t.test('a line that is not JSON is an error with source, line, column, text and cause', async (t) => {
  const path = fileOf(
    'bad.ndjson',
    '{"n":1}\n\n \n{"n":2, "long name": "long value", oops: 3, "more": "text", "m": 1}\n',
  )
  for (const options of [{}, { encoding: 'latin1' }]) {
    const { items, error } = await drained(chain([['first'], ndjsonSource(path, options)]))
    t.strictSame(items, ['first', { n: 1 }])
    t.match(error, { code: 'ERR_FANPIPE_FORMAT', source: 1, label: path, index: 1, line: 4, column: 36 })
    const { message, cause } = error as Error
    t.ok(message.startsWith(`input 1 (${path}), line 4, column 36, near …"`), message)
    t.match(message, /oops: 3, \\"more\\".*"…: /)
    t.type(cause, SyntaxError)
    t.strictSame(sourceOf(error), [{ index: 1, label: path }])
  }
  const { error } = await drained(ndjsonSource(['{"n":']))
  t.match(error, {
    index: 0,
    line: 1,
    column: 6,
    message: /^the source, line 1, column 6, near "{\\"n\\":": /,
  })
})

t.test('the value is what a custom `parse` returns, and the cause is what it throws', async (t) => {
  const lines = () => ['1\n', '\n2\nx\n']
  const boom = new Error('boom')
  const parse = (line: string): number => {
    if (line === 'x') throw boom
    return Number(line)
  }
  const sync = await drained(ndjsonSource(lines(), { parse }))
  t.strictSame(sync.items, [1, 2])
  t.match(sync.error, { index: 2, line: 4, column: undefined, cause: boom })
  t.equal((sync.error as Error).message, 'the source, line 4, in "x": boom')
  const async = await drained(ndjsonSource(lines(), { parse: async (line) => parse(line) }))
  t.strictSame(async, sync, 'a promise is awaited')
  const text = await drained(
    ndjsonSource(lines(), { parse: (line) => (line === '2' ? assert.fail() : line) }),
  )
  t.strictSame(text.items, ['1'])
  const odd = await drained(
    ndjsonSource(lines(), {
      parse: () => {
        throw 'text'
      },
    }),
  )
  t.equal((odd.error as Error).message, 'the source, line 1, in "1": "text"')
  const generators = await all(ndjsonSource(['1\n'], { parse: (line) => [line][Symbol.iterator]() }))
  t.equal(generators.length, 1, 'an iterator is a value')
  const big = await all(ndjsonSource(['9007199254740993\n'], { parse: BigInt }))
  t.strictSame(big, [9007199254740993n])
})

t.test('null is a NullItemError in the output of a Node stream', async (t) => {
  const source = () => ndjsonSource(['1\nnull\n'])
  t.strictSame(await all(source()), [1, null], 'an async iterable may yield it')
  const { items, error } = await drained(chain([source()]))
  t.strictSame(items, [1])
  t.match(error, { code: 'ERR_FANPIPE_NULL', index: 1 })
  t.strictSame(await all(map((value) => value ?? 'none')(source())), [1, 'none'])
})

t.test('messages of a merge name the line of a value, counting blank lines', async (t) => {
  const source = ndjsonSource<{ n: number }>(['{"n":1}\n\n{"n":3}\n \n\n{"n":2}\n'])
  const { error } = await drained(merge([source], { key: ({ n }) => n }))
  t.match(error, { code: 'ERR_FANPIPE_ORDER', index: 2, message: /^input 0 is not sorted: line 6 / })
})

t.test('C1: the file is closed at the end, on error and on early exit', async (t) => {
  const path = fileOf('many.ndjson', '{"n":1}\n'.repeat(20_000))
  t.equal((await all(ndjsonSource(path))).length, 20_000)
  t.equal(openFiles(path), 0)
  t.strictSame(await all(fence<unknown>(1)(ndjsonSource(path))), [{ n: 1 }])
  t.equal(openFiles(path), 0)
  await t.rejects(all(ndjsonSource(path, { maxLineLength: 3 })), { code: 'ERR_FANPIPE_LIMIT', index: 0 })
  t.equal(openFiles(path), 0)
  const missing = await drained(ndjsonSource(join(dir, 'missing.ndjson')))
  t.match(missing.error, { code: 'ENOENT' })
})

t.test('bad arguments', async (t) => {
  const bad = (argument: string, call: () => unknown): void => {
    t.throws(call, { code: 'ERR_FANPIPE_ARGUMENT', argument })
  }
  bad('parse', () => ndjsonSource('x', { parse: 'json' as never }))
  bad('gunzip', () => ndjsonSource('x', { gunzip: 'no' as never }))
  bad('follow', () => ndjsonSource('x', { follow: true } as never))
  bad('maxLineLength', () => ndjsonSource('x', { maxLineLength: 0 }))
  bad('encoding', () => ndjsonSource('x', { encoding: 'klingon' }))
  bad('source', () => ndjsonSource(7 as never))
})

t.test('ndjsonSource: a source that yields neither bytes nor text is an ArgumentError', async (t) => {
  await t.rejects(all(ndjsonSource([{}] as never)), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'source' })
})
