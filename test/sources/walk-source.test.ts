import assert from 'node:assert/strict'
import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import t from 'tap'
import { walkSource } from '../../lib/index.ts'
import { all, drained } from '../instruments/drain.ts'
import { folder } from '../instruments/files.ts'

const { dir, fileOf } = folder(t)
for (const name of ['b', 'a/c', 'a/d', 'empty']) mkdirSync(join(dir, name), { recursive: true })
const files = ['a/c/1.log', 'a/c/2.txt', 'a/d/3.log', 'a-b.log', 'b/4.log', 'z.txt'].map((name) =>
  fileOf(name, name),
)
symlinkSync('z.txt', join(dir, 'link.txt'))
symlinkSync('.', join(dir, 'b/loop'))

t.test('M1: entries by name, folder by folder; links are neither followed nor given', async (t) => {
  t.strictSame(await all(walkSource(dir)), files)
  const again = walkSource(pathToFileURL(dir), { extensions: ['.log'] })
  const logs = files.filter((path) => path.endsWith('.log'))
  t.strictSame([await all(again), await all(again)], [logs, logs], 'afresh')
})

t.test('E1: every file of a tree, in the same order whatever was made first', async (t) => {
  const part = fc.constantFrom('x', 'y', 'Z', '10', '9', 'ä')
  const property = fc.asyncProperty(
    fc.uniqueArray(fc.array(part, { minLength: 1, maxLength: 3 }), { selector: (parts) => parts.join('/') }),
    async (paths) => {
      const made: string[][] = []
      const below = folder({ teardown: () => undefined })
      for (const parts of paths) {
        // A name is a file or a folder, not both.
        if (
          made.some(
            (other) =>
              other.every((name, i) => parts[i] === name) || parts.every((name, i) => other[i] === name),
          )
        )
          continue
        mkdirSync(join(below.dir, ...parts.slice(0, -1)), { recursive: true })
        below.fileOf(parts.join('/'), '')
        made.push(parts)
      }
      const byName = (a: string[], b: string[]): number => {
        const i = a.findIndex((name, i) => name !== b[i])
        return (a[i] as string) < (b[i] as string) ? -1 : 1
      }
      const seen = (await all(walkSource(below.dir))).map((path) => relative(below.dir, path))
      rmSync(below.dir, { recursive: true })
      assert.deepEqual(
        seen,
        made.sort(byName).map((parts) => parts.join('/')),
      )
    },
  )
  await t.resolves(fc.assert(property, { numRuns: 30 }))
})

t.test('what vanishes meanwhile fails, or is reported and left out; the root always fails', async (t) => {
  const walk = async (options: object) => {
    mkdirSync(join(dir, 'b/gone'), { recursive: true })
    const seen: string[] = []
    for await (const path of walkSource(dir, options)) {
      seen.push(path)
      if (path.endsWith('4.log')) rmSync(join(dir, 'b/gone'), { recursive: true })
    }
    return seen
  }
  await t.rejects(walk({}), { code: 'ENOENT' })
  const told: unknown[] = []
  const unreadable = (path: string, error: NodeJS.ErrnoException): unknown => told.push([path, error.code])
  t.strictSame(await walk({ unreadable }), files)
  t.strictSame(told, [[join(dir, 'b/gone'), 'ENOENT']])
  const root = walkSource(join(dir, 'missing'), { unreadable: () => t.fail('told') })
  t.match((await drained(root)).error, { code: 'ENOENT' })
  t.match((await drained(walkSource(files[0] as string))).error, { code: 'ENOTDIR' })
})

t.test('bad arguments', async (t) => {
  const bad = (argument: string, call: () => unknown): void => {
    t.throws(call, { code: 'ERR_FANPIPE_ARGUMENT', argument })
  }
  bad('root', () => walkSource(undefined as never))
  bad('extensions', () => walkSource('.', { extensions: ['log'] }))
  bad('unreadable', () => walkSource('.', { unreadable: 'skip' as never }))
  bad('symlinks', () => walkSource('.', { symlinks: true } as never))
})
