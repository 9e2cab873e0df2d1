import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import t from 'tap'
import { walkSource } from '../../lib/index.ts'
import { all, drained } from '../instruments/drain.ts'
import { folder, openFiles } from '../instruments/files.ts'
import { asNobody, replaceFs } from '../instruments/fs-faults.ts'

const { dir, fileOf } = folder(t)
for (const name of ['b', 'a/c', 'a/d', 'empty']) mkdirSync(join(dir, name), { recursive: true })
const files = ['a/c/1.log', 'a/c/2.txt', 'a/d/3.log', 'a-b.log', 'b/4.log', 'z.txt'].map((name) =>
  fileOf(name, name),
)
symlinkSync('z.txt', join(dir, 'link.txt'))
symlinkSync('.', join(dir, 'b/loop'))

t.test(
  'M1: entries are sorted by name, folder by folder; links are neither followed nor listed',
  async (t) => {
    t.strictSame(await all(walkSource(dir)), files)
    const again = walkSource(pathToFileURL(dir), { extensions: ['.log'] })
    const logs = files.filter((path) => path.endsWith('.log'))
    t.strictSame([await all(again), await all(again)], [logs, logs], 'afresh')
  },
)

t.test('E1: yields every file of a tree, in an order independent of their creation', async (t) => {
  const part = fc.constantFrom('x', 'y', 'Z', '10', '9', 'ä')
  const property = fc.asyncProperty(
    fc.uniqueArray(fc.array(part, { minLength: 1, maxLength: 3 }), { selector: (parts) => parts.join('/') }),
    async (paths) => {
      const made: string[][] = []
      const below = folder({ teardown: () => undefined })
      for (const parts of paths) {
        // A name cannot be both a file and a folder.
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

t.test(
  'an entry that vanishes during the walk fails it or is reported; a missing root always fails',
  async (t) => {
    async function* walkFrom(options: object): AsyncGenerator<string> {
      mkdirSync(join(dir, 'b/gone'), { recursive: true })
      for await (const path of walkSource(dir, options)) {
        if (path.endsWith('4.log')) rmSync(join(dir, 'b/gone'), { recursive: true })
        yield path
      }
    }
    const walk = (options: object) => all(walkFrom(options))
    await t.rejects(walk({}), { code: 'ENOENT' })
    const told: unknown[] = []
    const unreadable = (path: string, error: NodeJS.ErrnoException): unknown => told.push([path, error.code])
    t.strictSame(await walk({ unreadable }), files)
    t.strictSame(told, [[join(dir, 'b/gone'), 'ENOENT']])
    let isTold = false
    const slow = async (): Promise<void> => {
      await setTimeout(20)
      isTold = true
    }
    for await (const path of walkFrom({ unreadable: slow }))
      if (path.endsWith('z.txt')) t.ok(isTold, 'awaited')
    const boom = new Error('boom')
    await t.rejects(walk({ unreadable: () => Promise.reject(boom) }), boom)
    const root = walkSource(join(dir, 'missing'), { unreadable: () => t.fail('told') })
    t.match((await drained(root)).error, { code: 'ENOENT' })
    t.match((await drained(walkSource(files[0] as string))).error, { code: 'ENOTDIR' })
  },
)

t.test('a folder without permission fails the walk, or is reported and skipped', async (t) => {
  const { dir, fileOf } = folder(t)
  chmodSync(dir, 0o755)
  const closed = join(dir, 'closed')
  mkdirSync(closed)
  fileOf('closed/1.txt', '')
  const open = fileOf('open.txt', '')
  chmodSync(closed, 0)
  await asNobody(async () => {
    t.match((await drained(walkSource(dir))).error, { code: 'EACCES', path: closed })
    const told: unknown[] = []
    const unreadable = (path: string, error: unknown): unknown =>
      told.push([path, (error as NodeJS.ErrnoException).code])
    t.strictSame(await all(walkSource(dir, { unreadable })), [open])
    t.strictSame(told, [[closed, 'EACCES']])
  })
  chmodSync(closed, 0o755)
})

t.test('a folder replaced while it is being opened counts as vanished: no link is followed', async (t) => {
  const { dir, fileOf } = folder(t)
  const [inside, outside] = [join(dir, 'walked/inside'), join(dir, 'outside')]
  mkdirSync(inside, { recursive: true })
  mkdirSync(outside)
  fileOf('outside/secret.txt', '')
  const aside = join(dir, 'aside')
  const after = fileOf('walked/z.txt', '')
  const put = {
    'a link': () => symlinkSync('../outside', inside),
    'another folder': () => mkdirSync(inside),
    'a file': () => writeFileSync(inside, ''),
    nothing: () => undefined,
  }
  for (const [what, place] of Object.entries(put)) {
    for (const late of [false, true]) {
      const swap = (): void => {
        renameSync(inside, aside)
        place()
      }
      let swapped = false
      const restore = replaceFs('opendir', (opendir) => async (path, options) => {
        if (path !== inside) return opendir(path, options)
        swapped = true
        if (!late) swap()
        try {
          return await opendir(path, options)
        } finally {
          if (late) swap()
        }
      })
      try {
        const told: unknown[] = []
        const unreadable = (path: string, error: unknown): unknown =>
          told.push([path, (error as NodeJS.ErrnoException).code])
        t.strictSame(await all(walkSource(join(dir, 'walked'), { unreadable })), [after], what)
        t.strictSame(told, [[inside, what === 'a file' && !late ? 'ENOTDIR' : 'ENOENT']], what)
        t.ok(swapped)
        t.equal(openFiles(aside) + openFiles(outside) + openFiles(inside), 0, 'closed')
      } finally {
        restore()
        rmSync(inside, { recursive: true, force: true })
        renameSync(aside, inside)
      }
    }
  }
  let looked = 0
  const restore = replaceFs(
    'lstat',
    (lstat) =>
      (async (path: string, options: object) => {
        if (path === inside && looked++ === 0) {
          renameSync(inside, aside)
          symlinkSync('../outside', inside)
        }
        return lstat(path, options)
      }) as never,
  )
  const { items, error } = await drained(walkSource(join(dir, 'walked')))
  restore()
  t.strictSame(items, [])
  t.match(error, { code: 'ENOENT', path: inside, message: /replaced/ }, 'a link from the start')
})

t.test('the root may be a link', async (t) => {
  const { dir, fileOf } = folder(t)
  mkdirSync(join(dir, 'real'))
  fileOf('real/a.txt', '')
  symlinkSync('real', join(dir, 'link'))
  t.strictSame(await all(walkSource(join(dir, 'link'))), [join(dir, 'link/a.txt')])
})

t.test('a subfolder may have more files than a call can have arguments', async (t) => {
  const { dir, fileOf } = folder(t)
  mkdirSync(join(dir, 'a/many'), { recursive: true })
  const last = fileOf('b.txt', '')
  const files = 150_000
  const restore = replaceFs(
    'opendir',
    (opendir) =>
      (async (path: string, options: object) => {
        if (!path.endsWith('many')) return opendir(path, options)
        let index = files
        const read = async () =>
          index-- > 0
            ? { name: String(index).padStart(6, '0'), isFile: () => true, isDirectory: () => false }
            : null
        return { read, close: async () => undefined }
      }) as never,
  )
  t.teardown(restore)
  let seen = 0
  for await (const path of walkSource(dir)) {
    const wanted = seen === files ? last : join(dir, 'a/many', String(seen).padStart(6, '0'))
    if (path !== wanted) t.equal(path, wanted)
    seen++
  }
  t.equal(seen, files + 1)
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
