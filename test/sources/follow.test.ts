import { execFileSync, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { basename, join } from 'node:path'
import t, { type Test } from 'tap'
import {
  cast,
  compose,
  fence,
  lineSource,
  map,
  merge,
  multicast,
  pipe,
  type FormatError,
  type LineOptions,
} from '../../lib/index.ts'
import { all, drained } from '../instruments/drain.ts'
import { scriptArgs } from '../instruments/scripts.ts'
import { folder, openFiles } from '../instruments/files.ts'
import { asNobody, replaceFs } from '../instruments/fs-faults.ts'

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

t.test('follow: starts at the end, and continues as the file grows', async (t) => {
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
  const { branch, lines, look } = following(path, { follow: { from: 'beginning' } })
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
  const { branch, lines, look } = following(path, { follow: { from: 'beginning' } })
  await look()
  truncateSync(path)
  appendFileSync(path, 'c\n')
  await look(2)
  t.strictSame(lines, ['a', 'b', 'c'])
  branch.destroy()
})

t.test('follow: a file that has vanished is waited for, read on, and may come back itself', async (t) => {
  const path = fileOf('gone.log', 'a\n')
  const { branch, lines, look } = following(path, { follow: { from: 'beginning' } })
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
  const lines = compose(fence<string>(3))(lineSource(path, { follow: { from: 'beginning' }, poll: 5 }))
  t.strictSame(await all(lines), ['a', 'more', 'more'])
  t.equal(openFiles(path), 0)
})

t.test('follow: an abort and a break end the waiting at once', async (t) => {
  const path = fileOf('quiet.log', 'a\n')
  for (const poll of [60_000, async () => 60_000, () => new Promise(() => undefined)]) {
    const controller = new AbortController()
    const { signal } = controller
    const items: string[] = []
    const running = async (): Promise<void> => {
      for await (const line of lineSource(path, { follow: { from: 'beginning' }, poll, signal })) {
        items.push(line)
        setImmediate().then(() => controller.abort(), t.error)
      }
    }
    await t.rejects(running(), { name: 'AbortError' })
    t.strictSame(items, ['a'])
    for await (const line of lineSource(path, { follow: { from: 'beginning' }, poll })) {
      t.equal(line, 'a')
      break
    }
    t.equal(openFiles(path), 0)
  }
})

t.test('follow: errors, and what they name', async (t) => {
  const missing = await drained(lineSource(join(dir, 'missing.log'), { follow: true }))
  t.match(missing.error, { code: 'ENOENT' }, 'the first is not waited for')
  t.match((await drained(lineSource(dir, { follow: { from: 'beginning' } }))).error, { code: 'EISDIR' })
  const boom = new Error('boom')
  const path = fileOf('broken.log', 'short\n')
  const broken = lineSource(path, { follow: { from: 'beginning' }, poll: () => Promise.reject(boom) })
  t.match(await drained(broken), { items: ['short'], error: boom })
  t.equal(openFiles(path), 0)
  const merged = merge([[], lineSource(path, { follow: { from: 'beginning' }, maxLineLength: 4 })], {
    labels: ['a', 'b'],
  })
  t.match((await drained(merged)).error, {
    code: 'ERR_FANPIPE_LIMIT',
    message: /^input 1 \(b\) > 0 \(.*broken\.log\), line 1/,
  })
})

/** What may be in the place of a file for a while, and the code it is told by. */
const obstacles: Readonly<Record<string, readonly [code: string, put: (path: string) => void]>> = {
  nothing: ['ENOENT', () => undefined],
  'a folder': ['EISDIR', (path) => mkdirSync(path)],
  'a link to itself': ['ELOOP', (path) => symlinkSync(basename(path), path)],
  'a link to nothing': ['ENOENT', (path) => symlinkSync('nowhere', path)],
  'a FIFO': ['EINVAL', (path) => execFileSync('mkfifo', [path])],
  'a link to a device': ['EINVAL', (path) => symlinkSync('/dev/null', path)],
}

for (const [what, [code, put]] of Object.entries(obstacles)) {
  t.test(`follow: ${what} in the place of a file is waited out, and reported once`, async (t) => {
    const path = fileOf('hindered.log', 'a\n')
    const told: unknown[] = []
    const onMissing = (error: unknown): unknown => told.push((error as NodeJS.ErrnoException).code)
    const { branch, lines, errors, look } = following(path, { follow: { from: 'beginning' }, onMissing })
    await look()
    renameSync(path, `${path}.1`)
    put(path)
    await look(3)
    appendFileSync(`${path}.1`, 'still\n')
    await look(3)
    t.strictSame(lines, ['a', 'still'], 'the old file is read on')
    t.strictSame(told, [code])
    rmSync(path, { recursive: true, force: true })
    writeFileSync(path, 'b\n')
    await look(3)
    t.strictSame(lines, ['a', 'still', 'b'])
    t.equal(openFiles(`${path}.1`), 0)
    truncateSync(path)
    rmSync(path)
    put(path)
    await look(4)
    t.strictSame(told, [code, code], 'told again after a file was there')
    rmSync(path, { recursive: true, force: true })
    writeFileSync(path, 'c\n')
    await look(3)
    t.strictSame(lines, ['a', 'still', 'b', 'c'])
    t.strictSame(errors, [])
    branch.destroy()
    await new Promise((resolve) => branch.once('close', resolve))
    t.equal(openFiles(path), 0)
  })
}

t.test(
  'follow: a new file that may be read only later is waited for, as logrotate creates one',
  async (t) => {
    const { dir, fileOf } = folder(t)
    chmodSync(dir, 0o777)
    const path = fileOf('created.log', 'a\n')
    const codes: unknown[] = []
    const onMissing = (error: unknown): unknown => codes.push((error as NodeJS.ErrnoException).code)
    await asNobody(async () => {
      const { branch, lines, errors, look } = following(path, { follow: { from: 'beginning', onMissing } })
      await look()
      renameSync(path, `${path}.1`)
      writeFileSync(path, 'b\n', { mode: 0 })
      await look(4)
      t.strictSame(codes, ['EACCES'])
      chmodSync(path, 0o644)
      await look(2)
      t.strictSame([lines, errors], [['a', 'b'], []])
      branch.destroy()
      chmodSync(path, 0)
      t.match(
        (await drained(lineSource(path, { follow: true }))).error,
        { code: 'EACCES' },
        'the first is not waited for',
      )
    })
  },
)

t.test('follow: a stage names a line of a file that is read from its beginning', async (t) => {
  const { fileOf } = folder(t)
  const path = fileOf('a.log', '1\n2\nx\n')
  const lineOfError = async (follow: LineOptions['follow'], change: () => void) => {
    const lines = lineSource(path, { follow, poll: () => setImmediate(change()) })
    const { error } = await drained(
      pipe(
        lines,
        map((n) => ({ n })),
        cast({ n: 'integer' }),
      ),
    )
    return (error as FormatError).line
  }
  t.equal(await lineOfError({ from: 'beginning' }, () => undefined), 3)
  t.equal(await lineOfError(true, () => appendFileSync(path, 'y\n')), undefined, 'begins somewhere in it')
  const rotate = () => {
    renameSync(path, `${path}.1`)
    fileOf('a.log', '1\nz\n')
  }
  t.equal(await lineOfError(true, rotate), 2)
})

t.test('follow: no descriptors left is waited out', async (t) => {
  const path = fileOf('descriptors.log', 'a\n')
  const script = `
    import { closeSync, openSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
    import { lineSource } from './lib/index.ts'
    const path = process.argv.at(-1)
    const held = []
    const exhaust = () => {
      try {
        for (;;) held.push(openSync('/dev/null'))
      } catch {}
    }
    const onMissing = ({ code }) => {
      console.log(code)
      if (code === 'ENOENT') {
        writeFileSync(path, 'b\\n')
        exhaust()
      } else for (const fd of held) closeSync(fd)
    }
    let looks = 0
    const poll = async () => {
      if (looks++ > 0) return
      // the file is over, and its own descriptor is free before it is looked for
      truncateSync(path)
      rmSync(path)
    }
    for await (const line of lineSource(path, { follow: { from: 'beginning', onMissing }, poll })) {
      console.log(line)
      if (line === 'b') break
    }`
  const limited = ['-c', 'ulimit -n 256 && exec "$0" "$@"', process.execPath]
  const { stdout, stderr } = spawnSync('sh', [...limited, ...scriptArgs(script), path], { encoding: 'utf8' })
  t.equal(stdout, 'a\nENOENT\nEMFILE\nb\n', stderr)
})

/** Every call of a method of a file handle goes through this. */
function tamper(t: Test, method: 'read' | 'stat', how: (call: () => unknown, args: unknown[]) => unknown) {
  t.teardown(
    replaceFs('open', (open) => async (...args) => {
      const handle = await open(...args)
      const original = handle[method].bind(handle) as (...args: unknown[]) => unknown
      return Object.assign(handle, { [method]: (...args: unknown[]) => how(() => original(...args), args) })
    }),
  )
}

const systemError = (code: string): Error => Object.assign(new Error(code), { code, syscall: 'x' })

t.test('follow: other temporary errors on opening are waited out; any other is thrown', async (t) => {
  for (const code of [
    'EACCES',
    'EPERM',
    'EMFILE',
    'ENFILE',
    'ESTALE',
    'EBUSY',
    'ENOTDIR',
    'ENOMEM',
    'ETIMEDOUT',
  ]) {
    const path = fileOf('passing.log', 'a\n')
    const told: unknown[] = []
    let fails = false
    const undo = replaceFs('open', (open) => async (...args) => {
      if (fails) throw systemError(code)
      return open(...args)
    })
    const { branch, lines, errors, look } = following(path, {
      follow: { from: 'beginning' },
      onMissing: async (error) => told.push((error as NodeJS.ErrnoException).code),
    })
    await look()
    renameSync(path, `${path}.1`)
    writeFileSync(path, 'b\n')
    fails = true
    await look(4)
    fails = false
    await look(2)
    t.strictSame([lines, errors, told], [['a', 'b'], [], [code]], code)
    branch.destroy()
    undo()
  }
  for (const error of [systemError('EIO'), new TypeError('no error of the system'), 'a string']) {
    const path = fileOf('failing.log', 'a\n')
    const { errors, look } = following(path, { follow: { from: 'beginning' }, onMissing: t.error })
    await look()
    renameSync(path, `${path}.1`)
    writeFileSync(path, 'b\n')
    const undo = replaceFs('open', () => () => Promise.reject(error))
    await look(3)
    undo()
    t.strictSame(errors.length, 1)
    if (error instanceof Error) t.equal(errors[0], error)
  }
})

t.test('follow: a change of the reason is reported, and what onMissing throws is the error', async (t) => {
  for (const fail of [
    (error: Error) => {
      throw error
    },
    (error: Error) => Promise.reject(error),
  ]) {
    const path = fileOf('changes.log', 'a\n')
    const boom = new Error('boom')
    const told: unknown[] = []
    const onMissing = (error: unknown): unknown => {
      const { code } = error as NodeJS.ErrnoException
      told.push(code)
      return code === 'ELOOP' ? fail(boom) : undefined
    }
    const { errors, look } = following(path, { follow: { from: 'beginning' }, onMissing })
    await look()
    rmSync(path)
    await look(2)
    mkdirSync(path)
    await look(2)
    rmSync(path, { recursive: true })
    await look(2)
    symlinkSync('changes.log', path)
    await look(2)
    t.strictSame(told, ['ENOENT', 'EISDIR', 'ENOENT', 'ELOOP'])
    t.strictSame(errors, [boom])
    rmSync(path)
  }
})

t.test(
  'follow: the first file is waited for where `wait` says so, and what is new in it is read',
  async (t) => {
    const path = join(dir, 'later.log')
    const told: unknown[] = []
    const onMissing = (error: unknown): unknown => told.push((error as NodeJS.ErrnoException).code)
    const absent = following(path, { follow: { wait: true, onMissing } })
    await absent.look(2)
    writeFileSync(path, 'a\n')
    await absent.look(2)
    t.strictSame([absent.lines, told], [['a'], ['ENOENT']], 'all of it is new')
    absent.branch.destroy()

    const there = following(path, { follow: { wait: true } })
    await there.look()
    appendFileSync(path, 'b\n')
    await there.look()
    t.strictSame(there.lines, ['b'])
    there.branch.destroy()

    let fails = true
    const undo = replaceFs('open', (open) => async (...args) => {
      if (fails) throw systemError('EACCES')
      return open(...args)
    })
    const forbidden = following(path, { follow: { wait: true } })
    await forbidden.look(2)
    fails = false
    await forbidden.look()
    appendFileSync(path, 'c\n')
    await forbidden.look()
    undo()
    t.strictSame(forbidden.lines, ['c'], 'what was there before is not new')
    forbidden.branch.destroy()
  },
)

t.test('follow: one that waits for its first file ends when it is left, without an error', async (t) => {
  const told: unknown[] = []
  const onMissing = (error: unknown): unknown => told.push((error as NodeJS.ErrnoException).code)
  for (const path of [dir, join(dir, 'never.log')]) {
    const { branch, lines, errors, look } = following(path, { follow: { wait: true, onMissing } })
    await look()
    branch.destroy()
    await new Promise((resolve) => branch.once('close', resolve))
    t.strictSame([lines, errors], [[], []])
  }
  t.strictSame(told, ['EISDIR', 'ENOENT'])
})

t.test('follow: only regular files; a FIFO that nobody writes to is refused at once', async (t) => {
  const fifo = join(dir, 'fifo')
  execFileSync('mkfifo', [fifo])
  for (const path of [fifo, '/dev/null'])
    t.match((await drained(lineSource(path, { follow: true }))).error, { code: 'EINVAL', path })
})

t.test('follow: a buffer is as large as what is read, and none is held while it waits', async (t) => {
  const path = fileOf('dots.log', '')
  const sizes: number[] = []
  tamper(t, 'read', (call, [buffer]) => {
    sizes.push((buffer as Buffer).buffer.byteLength)
    return call()
  })
  const { branch, lines, look } = following(path, { follow: true })
  for (let dots = 0; dots < 20; dots++) {
    await look()
    appendFileSync(path, '.')
  }
  await look(2)
  t.strictSame(
    sizes,
    Array.from({ length: 20 }, () => 1),
  )
  appendFileSync(path, '\n' + 'x'.repeat(100_000) + '\n')
  await look(2)
  t.strictSame(lines, ['.'.repeat(20), 'x'.repeat(100_000)])
  t.strictSame(sizes.slice(20), [65_536, 100_002 - 65_536])
  branch.destroy()
})

t.test('follow: a stale handle is opened again, and read on where it is the same file', async (t) => {
  for (const method of ['read', 'stat'] as const) {
    t.test(method, async (t) => {
      const path = fileOf(`stale-${method}.log`, 'a\nb')
      let fault: Error | undefined
      tamper(t, method, (call) => {
        const error = fault
        fault = undefined
        return error === undefined ? call() : Promise.reject(error)
      })
      const told: unknown[] = []
      const { lines, errors, look } = following(path, {
        follow: { from: 'beginning' },
        onMissing: (error) => told.push((error as NodeJS.ErrnoException).code),
      })
      await look()
      fault = systemError('ESTALE')
      appendFileSync(path, 'b\n')
      await look(3)
      t.strictSame([lines, told], [['a', 'bb'], ['ESTALE']], 'no line is cut in two')
      rmSync(path)
      writeFileSync(path, 'the file that came after it\n')
      fault = systemError('ESTALE')
      await look(3)
      t.strictSame(lines, ['a', 'bb', 'the file that came after it'])
      fault = systemError('EIO')
      appendFileSync(path, 'c\n')
      await look(2)
      t.match(errors, [{ code: 'EIO' }])
      t.equal(openFiles(path), 0)
    })
  }
})

t.test('follow: broken off while a stale handle is waited for', async (t) => {
  const path = fileOf('stale-left.log', 'a\n')
  let fails = false
  tamper(t, 'stat', (call) => (fails ? Promise.reject(systemError('ESTALE')) : call()))
  for (const looks of [1, 2]) {
    fails = false
    const { branch, lines, look } = following(path, { follow: { from: 'beginning' } })
    await look()
    fails = true
    await look(looks)
    t.strictSame(lines, ['a'])
    branch.destroy()
    await new Promise((resolve) => branch.once('close', resolve))
    t.equal(openFiles(path), 0)
  }
})

t.test('follow: a size that is reported before the data can be read is read at a later check', async (t) => {
  const path = fileOf('early.log', 'a\n')
  let isEmpty = false
  tamper(t, 'read', (call) => (isEmpty ? { bytesRead: 0 } : call()))
  const { branch, lines, look } = following(path, { follow: { from: 'beginning' } })
  await look()
  isEmpty = true
  appendFileSync(path, 'b\n')
  await look(2)
  t.strictSame(lines, ['a'])
  isEmpty = false
  await look()
  t.strictSame(lines, ['a', 'b'])
  branch.destroy()
})

t.test('bad arguments', async (t) => {
  const bad = (argument: string, call: () => unknown): void => {
    t.throws(call, { code: 'ERR_FANPIPE_ARGUMENT', argument })
  }
  for (const follow of ['end', 'beginning', 1, () => true, null, []])
    bad('follow', () => lineSource('x', { follow: follow as never }))
  bad('from', () => lineSource('x', { follow: { from: 'middle' as never } }))
  bad('wait', () => lineSource('x', { follow: { wait: 1 as never } }))
  bad('onMissing', () => lineSource('x', { follow: { onMissing: 'ignore' as never } }))
  bad('onMissing', () => lineSource('x', { follow: true, onMissing: 'ignore' as never }))
  bad('until', () => lineSource('x', { follow: { until: 'end' } as never }))
  bad('follow', () => lineSource(['x'], { follow: true }))
  bad('poll', () => lineSource('x', { poll: -1 }))
  bad('poll', () => lineSource('x', { poll: 'often' as never }))
})

t.test('follow: a file whose beginning cannot be read at first is followed when it can', async (t) => {
  const path = fileOf('stale-head.log', 'old\n')
  let fault: Error | undefined = systemError('ESTALE')
  tamper(t, 'read', (call) => {
    const error = fault
    fault = undefined
    return error === undefined ? call() : Promise.reject(error)
  })
  const { lines, look } = following(path, { follow: true })
  await look()
  t.equal(fault, undefined, 'the beginning was read')
  appendFileSync(path, 'new\n')
  await look(2)
  t.strictSame(lines, ['new'])
})
