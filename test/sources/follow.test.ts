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

/** Follows a log; the test decides when the file is checked. */
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
    /** Lets the source check the file `times` times, and waits until it is about to check again. */
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
  t.strictSame(lines, ['one'], 'an incomplete line is not emitted')
  appendFileSync(path, 'o\n')
  await look()
  t.strictSame(lines, ['one', 'two'])
  branch.destroy()
  await new Promise((resolve) => branch.once('close', resolve))
  t.equal(openFiles(path), 0)
})

t.test('follow: after a rotation by rename, lines still written to the old file are read', async (t) => {
  const path = fileOf('rotated.log', '\uFEFFa\n')
  const { branch, lines, look } = following(path, { follow: { from: 'beginning' } })
  await look()
  renameSync(path, `${path}.1`)
  await look()
  t.strictSame(lines, ['a'], 'while no file has the name, the old one is still read')
  appendFileSync(`${path}.1`, 'b\nlast, without an end')
  writeFileSync(path, '\uFEFFc\n')
  await look(3)
  t.strictSame(lines, ['a', 'b', 'last, without an end', 'c'])
  t.equal(openFiles(`${path}.1`), 0, 'the old file is closed')
  branch.destroy()
})

t.test('follow: after a truncation the file is read from the beginning', async (t) => {
  const path = fileOf('cut.log', 'a\nb\n')
  const { branch, lines, look } = following(path, { follow: { from: 'beginning' } })
  await look()
  truncateSync(path)
  appendFileSync(path, 'c\n')
  await look(2)
  t.strictSame(lines, ['a', 'b', 'c'])
  branch.destroy()
})

t.test(
  'follow: a file that has vanished is waited for, and continued if the same file returns',
  async (t) => {
    const path = fileOf('gone.log', 'a\n')
    const { branch, lines, look } = following(path, { follow: { from: 'beginning' } })
    await look()
    renameSync(path, `${path}.away`)
    await look()
    renameSync(`${path}.away`, path)
    appendFileSync(path, 'b\n')
    await look(2)
    t.strictSame(lines, ['a', 'b'], 'nothing is read twice')
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
    t.ok(branch.destroyed, 'destroyed while no file has the name')
  },
)

t.test('follow: with the system clock, ended by a fence, and closed', async (t) => {
  const path = fileOf('clock.log', 'a\n')
  const timer = setInterval(() => appendFileSync(path, 'more\n'), 5)
  t.teardown(() => clearInterval(timer))
  const lines = compose(fence<string>(3))(lineSource(path, { follow: { from: 'beginning' }, poll: 5 }))
  t.strictSame(await all(lines), ['a', 'more', 'more'])
  t.equal(openFiles(path), 0)
})

t.test('follow: an abort or a break ends the waiting at once', async (t) => {
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

t.test('follow: errors and the places they name', async (t) => {
  const missing = await drained(lineSource(join(dir, 'missing.log'), { follow: true }))
  t.match(missing.error, { code: 'ENOENT' }, 'the first file is not waited for')
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

/** What may temporarily be in place of the file, and the error code that is reported. */
const obstacles: Readonly<Record<string, readonly [code: string, put: (path: string) => void]>> = {
  nothing: ['ENOENT', () => undefined],
  'a folder': ['EISDIR', (path) => mkdirSync(path)],
  'a link to itself': ['ELOOP', (path) => symlinkSync(basename(path), path)],
  'a link to nothing': ['ENOENT', (path) => symlinkSync('nowhere', path)],
  'a FIFO': ['EINVAL', (path) => execFileSync('mkfifo', [path])],
  'a link to a device': ['EINVAL', (path) => symlinkSync('/dev/null', path)],
}

for (const [what, [code, put]] of Object.entries(obstacles)) {
  t.test(`follow: ${what} in place of the file is waited out, and reported once`, async (t) => {
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
    t.strictSame(lines, ['a', 'still'], 'the old file is still read')
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
    t.strictSame(told, [code, code], 'reported again after a file was there')
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
  'follow: waits for a new file that only becomes readable later, as created by logrotate',
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
        'the first file is not waited for',
      )
    })
  },
)

t.test('follow: an error of a stage names the line of a file that is read from its beginning', async (t) => {
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
  t.equal(
    await lineOfError(true, () => appendFileSync(path, 'y\n')),
    undefined,
    'begins in the middle of the file',
  )
  const rotate = () => {
    renameSync(path, `${path}.1`)
    fileOf('a.log', '1\nz\n')
  }
  t.equal(await lineOfError(true, rotate), 2)
})

t.test('follow: running out of descriptors is waited out', async (t) => {
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

/** Intercepts every call of a file handle method. */
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

t.test('follow: other temporary errors on opening are waited out; any other error is thrown', async (t) => {
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
  for (const error of [systemError('EIO'), new TypeError('not a system error'), 'a string']) {
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

t.test('follow: a new reason is reported, and an error thrown by onMissing fails the output', async (t) => {
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

t.test('follow: with `wait` the first file is waited for, and its new lines are read', async (t) => {
  const path = join(dir, 'later.log')
  const told: unknown[] = []
  const onMissing = (error: unknown): unknown => told.push((error as NodeJS.ErrnoException).code)
  const absent = following(path, { follow: { wait: true, onMissing } })
  await absent.look(2)
  writeFileSync(path, 'a\n')
  await absent.look(2)
  t.strictSame([absent.lines, told], [['a'], ['ENOENT']], 'all its lines are new')
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
  t.strictSame(forbidden.lines, ['c'], 'lines that were there before are not new')
  forbidden.branch.destroy()
})

t.test('follow: a source waiting for its first file can be closed without an error', async (t) => {
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

t.test(
  'follow: only regular files can be followed; a FIFO without a writer is refused at once',
  async (t) => {
    const fifo = join(dir, 'fifo')
    execFileSync('mkfifo', [fifo])
    for (const path of [fifo, '/dev/null'])
      t.match((await drained(lineSource(path, { follow: true }))).error, { code: 'EINVAL', path })
  },
)

t.test('follow: a buffer is only as large as the data to read, and none is held while waiting', async (t) => {
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

t.test(
  'follow: after ESTALE the file is reopened, and reading continues if it is the same file',
  async (t) => {
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
  },
)

t.test('follow: can be destroyed while waiting to reopen a stale handle', async (t) => {
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

t.test(
  'follow: if the size grows before the data can be read, the data is read at a later check',
  async (t) => {
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
  },
)

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

t.test('follow: a file whose beginning cannot be read at first is followed once it can', async (t) => {
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
