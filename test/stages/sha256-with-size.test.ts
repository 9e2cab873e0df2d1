import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import t from 'tap'
import { multicast, sha256WithSize } from '../../lib/index.ts'
import { compose } from '../../lib/iter.ts'
import { all } from '../instruments/drain.ts'
import { folder, openFiles } from '../instruments/files.ts'

const { dir, fileOf } = folder(t)
const contents = ['', 'a', 'b'.repeat(2 ** 18), 'c'.repeat(2 ** 18 + 1)]
const paths = contents.map((content, i) => fileOf(`${i}.txt`, content))
const expected = contents.map((content, i) => ({
  path: paths[i],
  sha256: createHash('sha256').update(content).digest('hex'),
  size: content.length,
}))

t.test('E1: hashes and sizes are those of the whole file, also in a synchronous run', async (t) => {
  t.strictSame([...compose(sha256WithSize())(paths)], expected)
  t.strictSame(await all(sha256WithSize()(paths)), expected)
  t.strictSame(await sha256WithSize()(Readable.from(paths)).toArray(), expected)
  for (const path of paths) t.equal(openFiles(path), 0)
})

t.test('C1: a file is closed if the run stops in the middle of it', async (t) => {
  const big = fileOf('big.txt', Buffer.alloc(2 ** 26))
  const [branch] = multicast(sha256WithSize()(Readable.from([big])), 1)
  branch.resume()
  while (openFiles(big) === 0) await new Promise(setImmediate)
  branch.destroy()
  await new Promise((resolve) => branch.once('close', resolve))
  t.equal(openFiles(big), 0)
})

t.test('a file that cannot be read fails the output, or is reported and dropped', async (t) => {
  const missing = join(dir, 'missing')
  const input = [missing, dir, paths[1] as string]
  t.throws(() => [...compose(sha256WithSize())(input)], { code: 'ENOENT' })
  await t.rejects(all(sha256WithSize()(input)), { code: 'ENOENT' })
  for (const run of [
    (path: string[]) => [...compose(lenient)(path)],
    (path: string[]) => all(lenient(path)),
  ]) {
    told.length = 0
    t.strictSame(await run(input), [expected[1]])
    t.strictSame(told, [
      [missing, 'ENOENT'],
      [dir, 'EISDIR'],
    ])
  }
  t.throws(() => sha256WithSize({ unreadable: 'skip' as never }), {
    code: 'ERR_FANPIPE_ARGUMENT',
    argument: 'unreadable',
  })
})

const told: unknown[][] = []
const lenient = sha256WithSize({
  unreadable: (path, error) => told.push([path, (error as NodeJS.ErrnoException).code]),
})
