import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import { setTimeout } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { gunzipSync } from 'node:zlib'
import t from 'tap'
import { fileSink, merge, toLines } from '../../lib/index.ts'
import { folder } from '../instruments/files.ts'
import { asNobody, replaceFs } from '../instruments/fs-faults.ts'
import { scriptArgs } from '../instruments/scripts.ts'

const big = Array.from({ length: 40 }, (_, i) => Buffer.alloc(10_000, 97 + (i % 26)))

t.test('fileSink: the file exists once everything has been written, without other files', async (t) => {
  const { dir } = folder(t)
  const path = join(dir, 'all.log')
  const sink = fileSink(path)
  sink.write('a')
  await setTimeout(5)
  t.equal(existsSync(path), false, 'not earlier')
  await pipeline(merge([['a', 'c'], ['b']]), toLines(), fileSink(path))
  t.equal(readFileSync(path, 'utf8'), 'a\nb\nc\n')
  sink.destroy()
  await once(sink, 'close')
  t.equal(readFileSync(path, 'utf8'), 'a\nb\nc\n')
  t.strictSame(readdirSync(dir), ['all.log'])
  await pipeline(Readable.from(big), fileSink(pathToFileURL(path)))
  t.ok(readFileSync(path).equals(Buffer.concat(big)))
})

t.test(
  'fileSink: buffered strings and bytes are written in order, in their encoding, whatever their size',
  async (t) => {
    const { dir } = folder(t)
    const path = join(dir, 'mixed')
    const sink = fileSink(path)
    const parts: [string | Buffer, BufferEncoding][] = [
      ['first', 'utf8'],
      ['h\u00e9', 'latin1'],
      ['\u{1f600}', 'utf8'],
      [Buffer.from([0, 255]), 'utf8'],
      ['x'.repeat(2 ** 20 - 3), 'utf8'],
      ['\u20ac'.repeat(2 ** 19), 'utf8'],
      ['00ff', 'hex'],
      [Buffer.alloc(2 ** 21, 1), 'utf8'],
      ['aGk=', 'base64'],
      ['', 'utf8'],
      ['last', 'utf16le'],
    ]
    for (const [part, encoding] of parts) sink.write(part, encoding)
    sink.end()
    await finished(sink)
    const bytes = parts.map(([part, encoding]) => Buffer.from(part as string, encoding))
    t.ok(readFileSync(path).equals(Buffer.concat(bytes)))
    const one = fileSink(path)
    one.end('\u20ac'.repeat(2 ** 20))
    await finished(one)
    t.equal(readFileSync(path, 'utf8'), '\u20ac'.repeat(2 ** 20))
  },
)

t.test(
  'fileSink: nothing is opened before the first write; without any write, the file is empty',
  async (t) => {
    const { dir } = folder(t)
    const sink = fileSink(join(dir, 'a'))
    await setTimeout(5)
    t.strictSame(readdirSync(dir), [])
    sink.destroy()
    await finished(sink).catch(() => undefined)
    t.strictSame(readdirSync(dir), [])
    fileSink(join(dir, 'a')).end()
    while (!existsSync(join(dir, 'a'))) await setTimeout(1)
    t.equal(readFileSync(join(dir, 'a'), 'utf8'), '')
  },
)

t.test(
  'fileSink: an existing file stays intact until it is replaced, and its permissions are kept',
  async (t) => {
    const { dir, fileOf } = folder(t)
    const path = fileOf('a', 'old')
    const modes = [0o640, 0o444, 0o4755]
    for (const mode of modes) {
      chmodSync(path, mode)
      const sink = fileSink(path, { mode: 0o600 })
      sink.write('new')
      await setTimeout(2)
      t.not(readFileSync(path, 'utf8'), 'new!')
      sink.end('!')
      await finished(sink)
      t.equal(readFileSync(path, 'utf8'), 'new!')
      t.equal(statSync(path).mode & 0o7777, mode)
      writeFileSync(`${path}.next`, 'old')
      renameSync(`${path}.next`, path)
    }
    await pipeline(Readable.from(['x']), fileSink(join(dir, 'b'), { mode: 0o600 }))
    t.equal(statSync(join(dir, 'b')).mode & 0o777, 0o600)
    await pipeline(Readable.from(['x']), fileSink(join(dir, 'c')))
    t.equal(statSync(join(dir, 'c')).mode & 0o777, 0o666 & ~process.umask())
  },
)

t.test('fileSink: a symbolic link is kept, and its target is replaced', async (t) => {
  const { dir, fileOf } = folder(t)
  mkdirSync(join(dir, 'real'))
  const path = fileOf('real/a', 'old')
  symlinkSync('real/a', join(dir, 'link'))
  symlinkSync('link', join(dir, 'second'))
  await pipeline(Readable.from(['new']), fileSink(join(dir, 'second')))
  t.equal(readFileSync(path, 'utf8'), 'new')
  symlinkSync('real/not-yet', join(dir, 'dangling'))
  await pipeline(Readable.from(['x']), fileSink(join(dir, 'dangling')))
  t.equal(readFileSync(join(dir, 'real/not-yet'), 'utf8'), 'x')
  for (const link of ['link', 'second', 'dangling']) t.ok(lstatSync(join(dir, link)).isSymbolicLink())
  t.strictSame(readdirSync(join(dir, 'real')).sort(), ['a', 'not-yet'])
  symlinkSync('loop', join(dir, 'loop'))
  await t.rejects(pipeline(Readable.from(['x']), fileSink(join(dir, 'loop'))), { code: 'ELOOP' })
})

t.test(
  'fileSink: a link to a file that does not exist yet is followed as by the operating system',
  async (t) => {
    const { dir } = folder(t)
    mkdirSync(join(dir, 'real', 'inner'), { recursive: true })
    symlinkSync('real/inner', join(dir, 'linked'))
    symlinkSync('linked/../new', join(dir, 'link'))
    await pipeline(Readable.from(['x']), fileSink(join(dir, 'link')))
    t.equal(readFileSync(join(dir, 'link'), 'utf8'), 'x')
    t.equal(readFileSync(join(dir, 'real', 'new'), 'utf8'), 'x')
    symlinkSync(join(dir, 'real', 'absolute'), join(dir, 'far'))
    await pipeline(Readable.from(['y']), fileSink(join(dir, 'far')))
    t.equal(readFileSync(join(dir, 'real', 'absolute'), 'utf8'), 'y')
  },
)

t.test('fileSink: an abort while the file is being synced leaves the old file', async (t) => {
  const { dir, fileOf } = folder(t)
  const path = fileOf('a', 'old')
  for (const gzip of [false, true]) {
    const controller = new AbortController()
    const sink = fileSink(path, { gzip, signal: controller.signal })
    const restore = replaceFs('open', (open) => async (...args) => {
      const handle = await open(...args)
      const sync = handle.sync.bind(handle)
      handle.sync = async () => {
        controller.abort()
        await sync()
      }
      return handle
    })
    sink.end('new')
    await t.rejects(finished(sink), { name: 'AbortError' })
    restore()
    t.equal(readFileSync(path, 'utf8'), 'old')
    t.strictSame(readdirSync(dir), ['a'])
  }
})

t.test('fileSink: a file name of the maximum length', async (t) => {
  const { dir } = folder(t)
  const name = 'n'.repeat(255)
  await pipeline(Readable.from(['x']), fileSink(join(dir, name)))
  t.strictSame(readdirSync(dir), [name])
})

t.test('fileSink: gzip', async (t) => {
  const { dir } = folder(t)
  const path = join(dir, 'a.gz')
  await pipeline(Readable.from(big), fileSink(path, { gzip: true }))
  t.ok(gunzipSync(readFileSync(path)).equals(Buffer.concat(big)))
  t.ok(statSync(path).size < 20_000)
  const sink = fileSink(path, { gzip: true })
  sink.write(Buffer.concat(big))
  await setTimeout(5)
  sink.destroy()
  await once(sink, 'close')
  t.ok(gunzipSync(readFileSync(path)).equals(Buffer.concat(big)))
  await pipeline(Readable.from([]), fileSink(path, { gzip: true }))
  t.equal(gunzipSync(readFileSync(path)).length, 0)
  t.strictSame(readdirSync(dir), ['a.gz'])
})

t.test(
  'fileSink: after an error, an abort or destroy the old file is unchanged, and no temporary file is left',
  async (t) => {
    const { dir, fileOf } = folder(t)
    const path = fileOf('a', 'old')
    const broken = new Error('broken')
    for (const gzip of [false, true]) {
      async function* failing() {
        yield* big
        await setTimeout(2)
        throw broken
      }
      const sink = fileSink(path, { gzip })
      const closed = once(sink, 'close').catch(() => undefined)
      await t.rejects(pipeline(failing(), sink), broken)
      await closed
      t.strictSame(readdirSync(dir), ['a'])
      for (const wait of [0, 1, 3]) {
        const controller = new AbortController()
        const aborted = fileSink(path, { gzip, signal: controller.signal })
        const met = once(aborted, 'error')
        aborted.write(Buffer.concat(big))
        if (wait > 0) await setTimeout(wait)
        controller.abort('enough')
        t.match(await met, [{ name: 'AbortError', cause: 'enough' }])
        if (!aborted.closed) await once(aborted, 'close')
        t.strictSame(readdirSync(dir), ['a'])
      }
    }
    const early = fileSink(path, { signal: AbortSignal.abort('early') })
    t.match(await once(early, 'error'), [{ name: 'AbortError', cause: 'early' }])
    t.equal(readFileSync(path, 'utf8'), 'old')
  },
)

t.test('fileSink: errors of the file system include the path', async (t) => {
  const { dir, fileOf } = folder(t)
  const write = async (path: string, gzip = false) => pipeline(Readable.from(big), fileSink(path, { gzip }))
  await t.rejects(write(join(dir, 'none', 'a')), { code: 'ENOENT', message: /none/ })
  await t.rejects(write(dir), { code: 'EISDIR', path: dir, message: new RegExp(dir) })
  await t.rejects(write(join(fileOf('file', 'x'), 'a')), { code: 'ENOTDIR' })
  chmodSync(dir, 0o755)
  mkdirSync(join(dir, 'closed'), { mode: 0o555 })
  const path = join(dir, 'closed', 'a')
  await asNobody(async () =>
    t.rejects(write(path), {
      code: 'EACCES',
      syscall: 'open',
      path,
      message: `EACCES: permission denied, open '${path}'`,
    }),
  )
  for (const gzip of [false, true])
    await t.rejects(write('/dev/full', gzip), {
      code: 'ENOSPC',
      path: '/dev/full',
      message: /^ENOSPC: no space left on device, write '\/dev\/full'$/,
    })
  t.strictSame(readdirSync(dir).sort(), ['closed', 'file'])
})

t.test('fileSink: a late error leaves no temporary file', async (t) => {
  const { dir, fileOf } = folder(t)
  const path = fileOf('a', 'old')
  const fault = Object.assign(new Error("EIO: i/o error, rename 'x' -> 'y'"), { code: 'EIO' })
  const restore = replaceFs('rename', () => async () => {
    throw fault
  })
  await t.rejects(pipeline(Readable.from(['new']), fileSink(path)), { code: 'EIO', path, cause: fault })
  restore()
  t.strictSame(readdirSync(dir), ['a'])
  t.equal(readFileSync(path, 'utf8'), 'old')
})

t.test('fileSink: errors while setting permissions and syncing', async (t) => {
  const { dir, fileOf } = folder(t)
  const path = fileOf('a', 'old')
  const failing = (code: string) => async (): Promise<never> => {
    throw Object.assign(new Error(`${code}: a fault, fsync`), { code })
  }
  for (const [isTampered, method, code, outcome] of [
    [(name: unknown) => name !== dir, 'chmod', 'EPERM', 'old'],
    [(name: unknown) => name === dir, 'sync', 'EIO', 'new'],
    [(name: unknown) => name === dir, 'sync', 'EPERM', undefined],
  ] as const) {
    writeFileSync(path, 'old')
    const restore = replaceFs('open', (open) => async (...args) => {
      const handle = await open(...args)
      return isTampered(args[0]) ? Object.assign(handle, { [method]: failing(code) }) : handle
    })
    const written = pipeline(Readable.from(['new']), fileSink(path))
    if (outcome === undefined) await written
    else await t.rejects(written, { code, path })
    restore()
    t.equal(readFileSync(path, 'utf8'), outcome ?? 'new')
    t.strictSame(readdirSync(dir), ['a'])
  }
})

t.test('fileSink: if gzipped output cannot be written, the error is that of the file', async (t) => {
  const noise = Array.from({ length: 20 }, () => randomBytes(200_000))
  await t.rejects(pipeline(Readable.from(noise), fileSink('/dev/full', { gzip: true })), {
    code: 'ENOSPC',
    message: "ENOSPC: no space left on device, write '/dev/full'",
  })
})

t.test('fileSink: anything but a regular file is written to directly', async (t) => {
  const { dir } = folder(t)
  await pipeline(Readable.from(['x']), fileSink('/dev/null'))
  t.ok(lstatSync('/dev/null').isCharacterDevice())
  const fifo = join(dir, 'fifo')
  t.equal(spawnSync('mkfifo', [fifo]).status, 0)
  const reader = spawn('cat', [fifo], { stdio: ['ignore', 'pipe', 'inherit'] })
  const read = Readable.from(reader.stdout).toArray()
  await pipeline(Readable.from(['a', 'b']), fileSink(fifo))
  t.equal(Buffer.concat((await read) as Buffer[]).toString(), 'ab')
  t.strictSame(readdirSync(dir), ['fifo'])
  const sink = fileSink('/dev/null')
  sink.write('x')
  await setTimeout(2)
  sink.destroy()
  await once(sink, 'close')
})

/** Starts a process that runs this code, with `fileSink` imported. */
const start = (code: string, before: readonly string[] = []): ChildProcessByStdio<null, Readable, null> => {
  const module = `import { fileSink } from './lib/index.ts'\n${code}`
  const [command = '', ...args] = [...before, process.execPath, ...scriptArgs(module)]
  return spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
}

t.test('fileSink: a killed process leaves the old file or the complete new one', async (t) => {
  const { fileOf } = folder(t)
  const path = fileOf('a', 'old')
  const sizes = new Set<number>()
  for (let round = 0; round < 6; round++) {
    const child = start(`
      console.log('ready')
      for (;;) {
        const sink = fileSink(${JSON.stringify(path)})
        for (let i = 0; i < 20; i++) sink.write(Buffer.alloc(50_000, 120))
        sink.end()
        await new Promise((resolve) => sink.once('close', resolve))
      }`)
    await once(child.stdout, 'data')
    await setTimeout(20 * round)
    child.kill('SIGKILL')
    await once(child, 'exit')
    const content = readFileSync(path, 'latin1')
    sizes.add(content.length)
    t.ok(content === 'old' || (content.length === 1_000_000 && /^x*$/.test(content)), `${content.length}`)
  }
  t.ok(sizes.has(1_000_000), 'some rounds completed')
})

/** Runs a command with a small file system mounted at the folder passed as its first argument. */
const withSmallDisk = (dir: string): string[] => {
  const script = 'mount -t tmpfs -o size=256k none "$1" && shift && exec "$@"'
  return ['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c', script, 'sh', dir]
}
const [unshare = '', ...mounting] = withSmallDisk('/mnt')
const skip =
  spawnSync(unshare, [...mounting, 'true']).status === 0 ? false : 'no file system can be mounted here'

t.test('fileSink: a full disk', { skip }, async (t) => {
  const { dir } = folder(t)
  const child = start(
    `
    import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
    const path = ${JSON.stringify(join(dir, 'a'))}
    writeFileSync(path, 'old')
    const sink = fileSink(path)
    const ended = new Promise((resolve) => sink.once('error', resolve))
    for (let i = 0; i < 20; i++) sink.write(Buffer.alloc(50_000, 120))
    sink.end()
    const { code, message } = await ended
    if (!sink.closed) await new Promise((resolve) => sink.once('close', resolve))
    console.log(JSON.stringify([code, message, readFileSync(path, 'utf8'), readdirSync(${JSON.stringify(dir)})]))
    `,
    withSmallDisk(dir),
  )
  const printed = JSON.parse(Buffer.concat((await child.stdout.toArray()) as Buffer[]).toString()) as unknown
  const path = join(dir, 'a')
  t.strictSame(printed, ['ENOSPC', `ENOSPC: no space left on device, write '${path}'`, 'old', ['a']])
})

t.test('fileSink: an invalid argument or option is an ArgumentError', async (t) => {
  for (const path of ['', 'a\0b', 'a/', 7, undefined, new URL('https://example.org/a'), process.stdout])
    t.throws(() => fileSink(path as string), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'path' })
  for (const [argument, value] of [
    ['mode', 0o1000],
    ['mode', '600'],
    ['gzip', 'yes'],
    ['signal', 7],
    ['flags', 'a'],
  ] as const)
    t.throws(() => fileSink('a', { [argument]: value }), { code: 'ERR_FANPIPE_ARGUMENT', argument })
})
