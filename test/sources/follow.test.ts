import { appendFileSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { join } from 'node:path'
import t from 'tap'
import { compose, fence, lineSource, merge, multicast, type LineOptions } from '../../lib/index.ts'
import { all, drained } from '../instruments/drain.ts'
import { folder, openFiles } from '../instruments/files.ts'

const { dir, fileOf } = folder(t)

/** A log that is followed, looked at only when the test says so. */
function following(path: string, options: LineOptions) {
  const looks: (() => void)[] = []
  const poll = () => new Promise<void>((resolve) => looks.push(resolve))
  const [branch] = multicast(lineSource(path, { poll, ...options }), 1)
  const lines: string[] = []
  const errors: unknown[] = []
  branch.on('data', (line: string) => lines.push(line)).on('error', (error) => errors.push(error))
  const waits = async (): Promise<void> => {
    while (looks.length === 0 && errors.length === 0) await setImmediate()
    for (let turn = 0; turn < 10; turn++) await setImmediate()
  }
  return {
    branch,
    lines,
    errors,
    waits,
    /** Looks so often, and waits until it wants to look again. */
    async look(times = 1): Promise<void> {
      for (; times > 0; times--) {
        await waits()
        looks.shift()?.()
      }
      await waits()
    },
  }
}

t.test('follow: from the end, and on as the file grows', async (t) => {
  const path = fileOf('end.log', 'old\n')
  const { branch, lines, look } = following(path, { follow: true })
  await look()
  t.strictSame(lines, [])
  appendFileSync(path, 'one\ntw')
  await look()
  t.strictSame(lines, ['one'], 'a line that is not over is not given')
  appendFileSync(path, 'o\n')
  await look()
  t.strictSame(lines, ['one', 'two'])
  branch.destroy()
  await new Promise((resolve) => branch.once('close', resolve))
  t.equal(openFiles(path), 0)
})

t.test('follow: a rotation by rename, with what was still written to the old file', async (t) => {
  const path = fileOf('rotated.log', '\uFEFFa\n')
  const { branch, lines, look } = following(path, { follow: 'beginning' })
  await look()
  renameSync(path, `${path}.1`)
  await look()
  t.strictSame(lines, ['a'], 'while nobody bears the name, the old one is read on')
  appendFileSync(`${path}.1`, 'b\nlast, without an end')
  writeFileSync(path, '\uFEFFc\n')
  await look(3)
  t.strictSame(lines, ['a', 'b', 'last, without an end', 'c'])
  t.equal(openFiles(`${path}.1`), 0, 'the old one is closed')
  branch.destroy()
})

t.test('follow: a truncation is read from the beginning', async (t) => {
  const path = fileOf('cut.log', 'a\nb\n')
  const { branch, lines, look } = following(path, { follow: 'beginning' })
  await look()
  truncateSync(path)
  appendFileSync(path, 'c\n')
  await look(2)
  t.strictSame(lines, ['a', 'b', 'c'])
  branch.destroy()
})

t.test('follow: a file that has vanished is waited for, read on, and may come back itself', async (t) => {
  const path = fileOf('gone.log', 'a\n')
  const { branch, lines, look } = following(path, { follow: 'beginning' })
  await look()
  renameSync(path, `${path}.away`)
  await look()
  renameSync(`${path}.away`, path)
  appendFileSync(path, 'b\n')
  await look(2)
  t.strictSame(lines, ['a', 'b'], 'nothing twice')
  truncateSync(path)
  rmSync(path)
  await look(3)
  writeFileSync(path, 'new\n')
  await look(2)
  t.strictSame(lines, ['a', 'b', 'new'])
  truncateSync(path)
  rmSync(path)
  await look(2)
  branch.destroy()
  await new Promise((resolve) => branch.once('close', resolve))
  t.ok(branch.destroyed, 'broken off while nobody bears the name')
})

t.test('follow: by the clock of the machine, ended by a fence, and closed', async (t) => {
  const path = fileOf('clock.log', 'a\n')
  const timer = setInterval(() => appendFileSync(path, 'more\n'), 5)
  t.teardown(() => clearInterval(timer))
  const lines = compose(fence<string>(3))(lineSource(path, { follow: 'beginning', poll: 5 }))
  t.strictSame(await all(lines), ['a', 'more', 'more'])
  t.equal(openFiles(path), 0)
})

t.test('follow: an abort and a break end the waiting at once', async (t) => {
  const path = fileOf('quiet.log', 'a\n')
  for (const poll of [60_000, () => new Promise(() => undefined)]) {
    const controller = new AbortController()
    const { signal } = controller
    const running = drained(lineSource(path, { follow: 'beginning', poll, signal }))
    setTimeout(() => controller.abort(), 20)
    t.match(await running, { items: ['a'], error: { name: 'AbortError' } })
    for await (const line of lineSource(path, { follow: 'beginning', poll })) {
      t.equal(line, 'a')
      break
    }
    t.equal(openFiles(path), 0)
  }
})

t.test('follow: errors, and what they name', async (t) => {
  const missing = await drained(lineSource(join(dir, 'missing.log'), { follow: true }))
  t.match(missing.error, { code: 'ENOENT' }, 'the first is not waited for')
  t.match((await drained(lineSource(dir, { follow: 'beginning' }))).error, { code: 'EISDIR' })
  const boom = new Error('boom')
  const path = fileOf('broken.log', 'short\n')
  const broken = lineSource(path, { follow: 'beginning', poll: () => Promise.reject(boom) })
  t.match(await drained(broken), { items: ['short'], error: boom })
  t.equal(openFiles(path), 0)
  const merged = merge([[], lineSource(path, { follow: 'beginning', maxLineLength: 4 })], {
    labels: ['a', 'b'],
  })
  t.match((await drained(merged)).error, {
    code: 'ERR_FANPIPE_LIMIT',
    message: /^input 1 \(b\) > 0 \(.*broken\.log\), line 1/,
  })

  const { errors, look } = following(path, { follow: 'beginning' })
  await look()
  renameSync(path, `${path}.1`)
  symlinkSync('broken.log', path)
  await look()
  t.match(errors, [{ code: 'ELOOP' }])
  t.equal(openFiles(`${path}.1`), 0)
})

t.test('follow: where a new file cannot be opened, its error is the error', async (t) => {
  const path = fileOf('blocked.log', 'a\n')
  const { errors, look } = following(path, { follow: 'beginning' })
  await look()
  truncateSync(path)
  await new Promise((resolve) => setTimeout(resolve, 1))
  const looking = look()
  rmSync(path)
  symlinkSync('blocked.log', path)
  await looking
  t.match(errors, [{ code: 'ELOOP' }])
})

t.test('bad arguments', async (t) => {
  const bad = (argument: string, call: () => unknown): void => {
    t.throws(call, { code: 'ERR_FANPIPE_ARGUMENT', argument })
  }
  bad('follow', () => lineSource('x', { follow: 'start' as never }))
  bad('follow', () => lineSource(['x'], { follow: true }))
  bad('poll', () => lineSource('x', { poll: -1 }))
  bad('poll', () => lineSource('x', { poll: 'often' as never }))
})
