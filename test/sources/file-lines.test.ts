import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { createReadStream, createWriteStream, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import fc from 'fast-check'
import t from 'tap'
import * as async from '../../lib/async.ts'
import { chain, closeFaultsOf, lineSource, merge } from '../../lib/index.ts'
import { all, drained } from '../instruments/drain.ts'
import { folder, openFiles } from '../instruments/files.ts'

const { dir, fileOf } = folder(t)

/** Lengths around the sizes in which a file is read and decoded. */
const length = fc.oneof(
  { weight: 6, arbitrary: fc.nat(200) },
  fc.integer({ min: 2 ** 15 - 40, max: 2 ** 15 + 40 }),
  fc.integer({ min: 2 ** 16 - 3, max: 2 ** 16 + 3 }),
  fc.integer({ min: 2 ** 18 - 40, max: 2 ** 18 + 40 }),
)
const line = fc
  .tuple(fc.constantFrom('x', 'é', '€', '😀', '\r', '\0', '\uFEFF'), length)
  .map(([unit, bytes]) => unit.repeat(Math.ceil(bytes / Buffer.byteLength(unit))))
const text = fc
  .record({
    mark: fc.constantFrom('', '\uFEFF'),
    lines: fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\n\n'))),
    last: line,
  })
  .map(({ mark, lines, last }) => mark + lines.map(([text, end]) => text + end).join('') + last)

t.test('E1: the lines of a file equal those of split2', async (t) => {
  const property = fc.asyncProperty(text, async (content) => {
    const path = fileOf('any.txt', content)
    assert.deepEqual(await all(lineSource(path)), await all(lineSource(createReadStream(path))))
  })
  await t.resolves(fc.assert(property, { numRuns: 60 }))
})

t.test('E1: bytes that are not UTF-8 are read as by split2', async (t) => {
  const bytes = fc.uint8Array({ maxLength: 300 }).map((some) => Buffer.from(some))
  const property = fc.asyncProperty(fc.array(bytes), async (lines) => {
    const path = fileOf('bytes.bin', Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')])))
    assert.deepEqual(await all(lineSource(path)), await all(lineSource(createReadStream(path))))
  })
  await t.resolves(fc.assert(property, { numRuns: 60 }))
})

t.test(
  'a line over the limit fails in its place, whatever its length, with or without a line end',
  async (t) => {
    for (const limit of [8, 2 ** 16, 2 ** 19]) {
      for (const unit of ['x', '€']) {
        for (const end of ['', '\n', '\r\n', '\nafter\n']) {
          const fits = unit.repeat(limit)
          const before = fileOf('fits.txt', `one\n${fits}${end}`)
          const lines = await all(lineSource(before, { maxLineLength: limit }))
          t.strictSame(lines.slice(0, 2), ['one', fits], 'a line of exactly the limit is accepted')
          for (const more of [1, 2, limit]) {
            const path = fileOf('long.txt', `one\n${fits}${unit.repeat(more)}${end}`)
            const { items, error } = await drained(lineSource(path, { maxLineLength: limit }))
            t.strictSame(items, ['one'])
            t.match(error, { code: 'ERR_FANPIPE_LIMIT', index: 1, limit })
            t.equal(openFiles(path), 0)
          }
        }
      }
    }
  },
)

t.test('M1, C1: many files are merged, and closed if one of them fails', async (t) => {
  const paths = Array.from({ length: 40 }, (_, i) =>
    fileOf(
      `many-${i}.txt`,
      Array.from({ length: 500 }, (_, n) => `${String(n).padStart(4, '0')} ${i}\n`).join(''),
    ),
  )
  const lines = await merge(paths.map((path) => lineSource(path))).toArray()
  t.equal(lines.length, 20_000)
  t.strictSame(lines, [...lines].sort())
  const missing = lineSource(join(dir, 'missing.txt'))
  await t.rejects(merge([...paths.map((path) => lineSource(path)), missing]).toArray(), { code: 'ENOENT' })
  t.ok(paths.every((path) => openFiles(path) === 0))
})

t.test('a file that is truncated while being read ends at its new end', async (t) => {
  const path = fileOf('shrinks.txt', 'x\n'.repeat(2 ** 20))
  let seen = 0
  const shortening = (line: string): string => {
    if (++seen === 1) truncateSync(path, 2)
    return line
  }
  await all(async.map(shortening)(lineSource(path)))
  t.ok(seen >= 1 && seen < 2 ** 20, `${seen} lines`)
})

t.test('a slow pipe is read as data arrives; a silent one is named on closing', async (t) => {
  const path = join(dir, 'fifo')
  execFileSync('mkfifo', [path])
  const lines = lineSource(path)[Symbol.asyncIterator]()
  const first = lines.next()
  const writer = createWriteStream(path)
  writer.write('one\ntw')
  t.equal((await first).value, 'one')
  const second = lines.next()
  await setTimeout(5)
  writer.write('o\nthree')
  t.equal((await second).value, 'two')
  const third = lines.next()
  writer.end()
  t.equal((await third).value, 'three', 'a last line without an end')
  t.equal((await lines.next()).done, true)

  const parked = async.chain([lineSource(path)], { closeTimeout: 10 })[Symbol.asyncIterator]()
  const never = parked.next()
  const other = createWriteStream(path)
  other.write('one\n')
  t.equal((await never).value, 'one')
  const waiting = parked.next()
  await setTimeout(5)
  const warned = once(process, 'warning') as Promise<[NodeJS.ErrnoException]>
  t.equal((await parked.return?.())?.done, true)
  t.equal((await waiting).done, true)
  const [warning] = await warned
  t.equal(warning.code, 'ERR_FANPIPE_CLOSE')
  t.match(warning.message, `input 0 (${path}) did not close in time`)
  other.end()
})

t.test('C1: a file is closed even if the output is destroyed while the file is being opened', async (t) => {
  const path = fileOf('early.txt', 'x\n'.repeat(1000))
  const readable = chain([lineSource(path)])
  readable.once('readable', () => undefined)
  await new Promise((resolve) => process.nextTick(resolve))
  readable.destroy()
  await new Promise((resolve) => readable.once('close', resolve))
  t.equal(openFiles(path), 0)
  // By now the file has been opened even if nothing waited for that.
  for (let i = 0; i < 10; i++) await stat(path)
  t.equal(openFiles(path), 0)
  t.equal(closeFaultsOf(readable.errored), undefined)
})
