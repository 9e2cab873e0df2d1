import { createWriteStream, readFileSync } from 'node:fs'
import { createServer, get } from 'node:http'
import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { PassThrough, Readable, Writable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { createGzip, gunzipSync } from 'node:zlib'
import t from 'tap'
import { ArgumentError, chain, closeFaultsOf, multicastSink } from '../../lib/index.ts'
import { folder } from '../instruments/files.ts'
import { counting } from '../instruments/sources.ts'

const require = createRequire(import.meta.url)
type Kind = { Writable: typeof Writable }
const readable2 = require('readable-stream-2') as Kind
const readable3 = require('readable-stream-3') as Kind

interface Collector extends Writable {
  readonly items: unknown[]
}

/** A Writable that collects items; `pause` delays the acknowledgement of each write. */
function collector({ pause = false, highWaterMark = 16, objectMode = true } = {}): Collector & {
  release(): void
} {
  const items: unknown[] = []
  let held: (() => void) | undefined
  const stream = new Writable({
    objectMode,
    highWaterMark,
    write(item, _, done) {
      items.push(item)
      if (pause) held = done
      else done()
    },
  })
  const release = (): void => {
    const done = held
    held = undefined
    done?.()
  }
  return Object.assign(stream, { items, release })
}

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i)
const noListeners = (stream: { eventNames(): unknown[] }): unknown[] =>
  ['drain', 'finish', 'error', 'close'].filter((name) => stream.eventNames().includes(name))
/** Waits long enough for everything that happens without further input. */
async function quiet(): Promise<void> {
  for (let i = 0; i < 20; i++) await setImmediate()
}
const premature = { code: 'ERR_STREAM_PREMATURE_CLOSE' }

t.test('targets: every item goes to every Writable, in order, and both are ended', async (t) => {
  const [a, b] = [collector(), collector({ highWaterMark: 1 })]
  const sink = multicastSink([a, { to: b, maxlen: 3 }])
  t.strictSame(sink.branches, [])
  await pipeline(chain([range(500)]), sink)
  t.strictSame([a.items, b.items], [range(500), range(500)])
  t.ok(a.writableFinished && b.writableFinished)
  t.ok(sink.stats().every(({ done, peak }) => done && peak <= 3))
  await setImmediate()
  t.strictSame([noListeners(a), noListeners(b)], [[], []])
})

t.test('T1: the fastest target leads by exactly maxlen, and then blocks', async (t) => {
  for (const maxlen of [1, 2, 5, 64]) {
    const [fast, slow] = [collector(), collector({ pause: true, highWaterMark: 1 })]
    const sink = multicastSink([fast, slow], { maxlen })
    Readable.from(counting().source).pipe(sink)
    await quiet()
    t.equal(slow.items.length, 1)
    t.equal(fast.items.length, 1 + maxlen)
    slow.release()
    await quiet()
    t.equal(slow.items.length, 2)
    t.equal(fast.items.length, 2 + maxlen)
    t.equal(sink.stats()[1]?.peak, maxlen)
    sink.destroy()
  }
})

t.test('targets: while no target is behind, items do not wait in the buffer of the sink', async (t) => {
  const [a, b] = [collector(), collector()]
  const sink = multicastSink([a, b], { highWaterMark: 1 })
  for (const i of range(10)) t.equal(sink.write(i), true)
  t.strictSame([a.items, b.items], [range(10), range(10)])
  sink.end()
  await finished(sink)
})

t.test('targets: an item written inside the write of a target reaches every target after it', async (t) => {
  const items: unknown[] = []
  const echo = new Writable({
    objectMode: true,
    write(item: number, _, done) {
      if (item < 3) sink.write(item + 10)
      items.push(item)
      done()
    },
  })
  const other = collector()
  const sink = multicastSink([echo, other])
  for (const i of [1, 2, 3]) sink.write(i)
  sink.end()
  await finished(sink)
  t.strictSame(items, [1, 11, 2, 12, 3])
  t.strictSame(other.items, items)
})

t.test('targets: with drop-oldest items are dropped for a slow target, and onLag is called', async (t) => {
  const [fast, slow] = [collector(), collector({ pause: true, highWaterMark: 1 })]
  const told: number[] = []
  const sink = multicastSink([
    fast,
    { to: slow, overflow: 'drop-oldest', maxlen: 2, onLag: (n) => told.push(n) },
  ])
  for (const i of range(10)) sink.write(i)
  t.strictSame(fast.items, range(10))
  t.strictSame(slow.items, [0])
  sink.end()
  for (let i = 0; i < 3; i++) {
    slow.release()
    await setImmediate()
  }
  t.strictSame(slow.items, [0, 8, 9])
  t.strictSame(told, [7])
  await finished(sink)
})

t.test('targets: with drop-newest a slow target keeps the earliest items', async (t) => {
  const [fast, slow] = [collector(), collector({ pause: true, highWaterMark: 1 })]
  const sink = multicastSink([fast, { to: slow, overflow: 'drop-newest', maxlen: 2 }])
  for (const i of range(6)) sink.write(i)
  t.equal(sink.stats()[1]?.dropped, 3)
  sink.destroy()
  await once(sink, 'close')
})

t.test('targets: an overflow with fail destroys every target', async (t) => {
  const [fast, slow] = [collector(), collector({ pause: true, highWaterMark: 1 })]
  const errors: unknown[] = []
  for (const target of [fast, slow]) target.on('error', (error) => errors.push(error))
  const sink = multicastSink([fast, slow], { maxlen: 2, overflow: 'fail' })
  const error = await pipeline(chain([counting().source]), sink).catch((error: unknown) => error)
  t.match(error, {
    code: 'ERR_FANPIPE_OVERFLOW',
    message: /^targets\[1\] .*choose another `overflow`/,
    branch: 1,
    lag: 2,
    maxlen: 2,
  })
  t.strictSame(errors, [error, error])
})

t.test('targets: with detach only the laggard leaves, after the items held for it', async (t) => {
  for (const onError of ['fail', 'detach', 'function'] as const) {
    const [fast, slow] = [collector(), collector({ pause: true, highWaterMark: 1 })]
    const told: unknown[] = []
    const left = once(slow, 'error')
    const sink = multicastSink([fast, slow], {
      maxlen: 2,
      overflow: 'detach',
      onError: onError === 'function' ? (error, index) => told.push(error, index) : onError,
    })
    const done = pipeline(chain([range(10)]), sink)
    await quiet()
    while (!slow.destroyed) {
      slow.release()
      await setImmediate()
    }
    await done
    t.strictSame(fast.items, range(10))
    t.strictSame(slow.items, [0, 1, 2])
    const [error] = (await left) as [unknown]
    t.match(error, { code: 'ERR_FANPIPE_OVERFLOW', branch: 1 })
    t.strictSame(told, onError === 'function' ? [error, 1] : [])
  }
})

const failures: Readonly<Record<string, (target: Writable, error: Error) => unknown>> = {
  'an error': (target, error) => target.destroy(error),
  'a premature close': (target) => target.destroy(),
  'an external end()': (target) => target.end(),
}

for (const [name, fail] of Object.entries(failures)) {
  const own = name === 'an error' ? { message: 'broken' } : premature

  t.test(`targets: ${name} fails the sink and destroys the others`, async (t) => {
    const [a, b] = [collector(), collector()]
    const others: unknown[] = []
    b.on('error', (error) => others.push(error))
    a.on('error', () => undefined)
    const sink = multicastSink([a, b])
    const done = pipeline(Readable.from(counting().source), sink)
    await setImmediate()
    fail(a, new Error('broken'))
    const error = await done.catch((error: unknown) => error)
    t.match(error, own)
    t.strictSame(others, [error])
    t.ok(a.destroyed && b.destroyed)
    await setImmediate()
    t.strictSame([a.listenerCount('error'), b.listenerCount('close'), b.listenerCount('drain')], [1, 0, 0])
  })

  t.test(
    `targets: with onError detach the others continue after ${name}, and that of the last target fails the sink`,
    async (t) => {
      const [a, b] = [collector(), collector()]
      const told: unknown[] = []
      const sink = multicastSink([
        { to: a, onError: 'detach' },
        { to: b, onError: (error) => told.push(error) },
      ])
      sink.write(1)
      fail(a, new Error('broken'))
      await setImmediate()
      sink.write(2)
      t.strictSame([a.items, b.items], [[1], [1, 2]])
      const ended = finished(sink)
      fail(b, new Error('broken'))
      const error = await ended.catch((error: unknown) => error)
      t.match(error, own)
      t.strictSame(told, [error])
    },
  )
}

t.test('targets: if a target leaves while it holds up the others, they continue', async (t) => {
  const [fast, slow] = [collector(), collector({ pause: true, highWaterMark: 1 })]
  const sink = multicastSink([fast, { to: slow, onError: 'detach' }], { maxlen: 2 })
  const done = pipeline(chain([range(50)]), sink)
  await quiet()
  t.equal(fast.items.length, 3)
  slow.destroy()
  await done
  t.strictSame(fast.items, range(50))
})

t.test('targets: if a target fails right after the only other one has stalled, the sink fails', async (t) => {
  const error = new Error('broken')
  const failing = collector()
  const stalled = collector({ pause: true, highWaterMark: 1 })
  const { write } = failing
  failing.write = (item: unknown): boolean => {
    if (item === 2) throw error
    return write.call(failing, item, 'utf8')
  }
  const settings = { maxlen: 1, stall: 5, onStall: 'detach', onError: 'detach' } as const
  const sink = multicastSink([failing, stalled], settings)
  // The stall timer does not keep the process alive.
  const alive = setInterval(() => undefined, 1000)
  await t.rejects(pipeline(chain([range(9)]), sink), error)
  clearInterval(alive)
  t.strictSame([failing.items, stalled.items], [[0, 1], [0]])
})

t.test('targets: an error thrown by onError fails the sink', async (t) => {
  const [a, b] = [collector(), collector()]
  const error = new Error('no')
  const sink = multicastSink([a, b], {
    onError() {
      throw error
    },
  })
  const ended = t.rejects(finished(sink), error)
  a.destroy()
  await ended
  t.ok(b.destroyed)
})

t.test('targets: an item that a target rejects synchronously is an error of that target', async (t) => {
  const [items, bytes] = [collector(), collector({ objectMode: false })]
  const told: Error[] = []
  const sink = multicastSink([items, { to: bytes, onError: (error) => told.push(error) }])
  t.equal(sink.writableObjectMode, true)
  await pipeline(chain([['text', { n: 1 }, { n: 2 }]]), sink)
  t.strictSame(items.items, ['text', { n: 1 }, { n: 2 }])
  t.match(told, [{ code: 'ERR_INVALID_ARG_TYPE' }])
  t.ok(bytes.destroyed)
})

t.test('targets: an error in one target while the others flush fails the sink', async (t) => {
  const error = new Error('full')
  const failing = new Writable({
    objectMode: true,
    write: (_, __, done) => done(),
    final: (done) => done(error),
  })
  const slow = collector({ pause: true })
  slow.on('error', () => undefined)
  await t.rejects(pipeline(chain([[1, 2]]), multicastSink([failing, slow])), error)
  const again = new Writable({
    objectMode: true,
    write: (_, __, done) => done(),
    final: (done) => done(error),
  })
  const other = collector()
  await pipeline(chain([[1, 2]]), multicastSink([{ to: again, onError: 'detach' }, other]))
  t.strictSame(other.items, [1, 2])
})

t.test(
  "targets: an error in a target after its 'finish' fails the sink, or is a warning after the end",
  async (t) => {
    const error = new Error('close failed')
    const late = (delay: number): Writable =>
      new Writable({
        objectMode: true,
        write: (_, __, done) => done(),
        destroy: (_, done) => void setTimeout(delay).then(() => done(error)),
      })
    const slow = collector({ pause: true })
    slow.on('error', () => undefined)
    await t.rejects(pipeline(chain([[1]]), multicastSink([late(0), slow])), error)
    const warned = once(process, 'warning')
    await pipeline(chain([[1]]), multicastSink([late(3)]))
    t.match(await warned, [{ code: 'ERR_FANPIPE_CLOSE', message: /close failed/ }])
  },
)

t.test('targets: destroying the sink with an error destroys every target with that error', async (t) => {
  const error = new Error('upstream')
  const [a, b] = [collector(), collector({ pause: true, highWaterMark: 1 })]
  const met: unknown[] = []
  for (const target of [a, b]) target.on('error', (error) => met.push(error))
  const source = chain([
    (function* () {
      yield* range(5)
      throw error
    })(),
  ])
  await t.rejects(pipeline(source, multicastSink([a, b])), error)
  t.strictSame(met, [error, error])
  const [c, d] = [collector(), collector()]
  const sink = multicastSink([c, { to: d, end: false }])
  const closed = Promise.all([c, d].map((target) => once(target, 'error')))
  sink.destroy()
  for (const [met] of (await closed) as [unknown][]) t.match(met, premature)
})

t.test('targets: an abort or close() destroys every target', async (t) => {
  const controller = new AbortController()
  const a = collector()
  const met = once(a, 'error')
  const done = pipeline(Readable.from(counting().source), multicastSink([a], { signal: controller.signal }))
  await setImmediate()
  controller.abort('enough')
  await t.rejects(done, { name: 'AbortError', cause: 'enough' })
  t.match(await met, [{ name: 'AbortError' }])
  const late = collector()
  const lateMet = once(late, 'error')
  const aborted = multicastSink([late], { signal: AbortSignal.abort('before') })
  await t.rejects(pipeline(chain([[1]]), aborted), { name: 'AbortError', cause: 'before' })
  t.match(await lateMet, [{ name: 'AbortError' }])
  t.strictSame(late.items, [])
  const b = collector()
  b.on('error', () => undefined)
  const sink = multicastSink([b])
  await sink.close()
  t.ok(b.destroyed && sink.destroyed)
})

t.test(
  "targets: with onStall: 'detach' a target that stalls is destroyed at once, and the sink finishes",
  async (t) => {
    const [fast, stuck] = [collector(), collector({ pause: true, highWaterMark: 1 })]
    const met = once(stuck, 'error')
    const told: unknown[] = []
    const onError = (error: Error, index: number): void => void told.push([error, index])
    const targets = [fast, { to: stuck, maxlen: 2, stall: 5, onStall: 'detach', onError } as const]
    // The stall timer does not keep the process alive.
    const alive = setInterval(() => undefined, 1000)
    await pipeline(chain([range(20)]), multicastSink(targets))
    clearInterval(alive)
    t.strictSame(fast.items, range(20))
    const [error] = (await met) as [unknown]
    t.match(error, {
      code: 'ERR_FANPIPE_STALL',
      message: /^targets\[1\] has received nothing .* raise maxlen/,
      branch: 1,
    })
    t.strictSame(told, [[error, 1]])
  },
)

/** Targets that have been given everything, but keep the sink from finishing. */
const flushing: Readonly<Record<string, () => Writable>> = {
  'does not acknowledge a write': () => collector({ pause: true }),
  'is full': () => collector({ pause: true, highWaterMark: 1 }),
  'does not flush': () =>
    new Writable({ objectMode: true, write: (_, __, done) => done(), final: () => undefined }),
}
for (const [name, create] of Object.entries(flushing))
  t.test(`targets: an abort or close() destroys a target that ${name} at the end`, async (t) => {
    for (const leave of ['abort', 'close'] as const) {
      const controller = new AbortController()
      const [slow, other] = [create(), collector()]
      const met = once(slow, 'error')
      const sink = multicastSink([slow, other], { signal: controller.signal })
      const failure = leave === 'abort' ? { name: 'AbortError', cause: 'enough' } : premature
      const ended = t.rejects(pipeline(Readable.from([1, 2]), sink), failure)
      await quiet()
      if (leave === 'abort') controller.abort('enough')
      else await sink.close()
      await ended
      t.match(await met, [failure])
    }
  })

t.test(
  "targets: with cancel: 'all', a target that leaves at the end fails those that still have items pending",
  async (t) => {
    const slow = collector({ pause: true, highWaterMark: 1 })
    const leaving = collector({ pause: true, highWaterMark: 1 })
    const met = once(slow, 'error')
    const sink = multicastSink([slow, { to: leaving, onError: 'detach' }, collector()], { cancel: 'all' })
    const ended = t.rejects(finished(sink), { name: 'AbortError', cause: /targets\[1\] left/ })
    for (const i of range(3)) sink.write(i)
    sink.end()
    await quiet()
    leaving.destroy()
    await ended
    t.match(await met, [{ name: 'AbortError' }])
  },
)

t.test('targets: an abort destroys the targets when all of them are full', async (t) => {
  const controller = new AbortController()
  const full = [0, 1].map(() => collector({ pause: true, highWaterMark: 1 }))
  const met = Promise.all(full.map((target) => once(target, 'error')))
  const sink = multicastSink(full, { signal: controller.signal })
  const ended = t.rejects(finished(sink), { name: 'AbortError', cause: 'enough' })
  for (const i of range(3)) sink.write(i)
  controller.abort('enough')
  await ended
  for (const [error] of (await met) as [unknown][]) t.match(error, { name: 'AbortError' })
})

t.test(
  'targets: with end: false a target is left open, without listeners, and can be used again',
  async (t) => {
    const [a, b] = [collector(), collector()]
    await pipeline(chain([[1]]), multicastSink([{ to: a, end: false }, b]))
    t.equal(a.writableEnded, false)
    t.strictSame(noListeners(a), [])
    await pipeline(chain([[2]]), multicastSink([a], { end: false }))
    a.end(3)
    t.strictSame(a.items, [1, 2, 3])
  },
)

t.test('targets: with end: false a target that is full is waited for', async (t) => {
  const slow = collector({ pause: true, highWaterMark: 1 })
  let isDone = false
  const done = pipeline(chain([[1]]), multicastSink([slow], { end: false })).then(() => (isDone = true))
  await quiet()
  t.equal(isDone, false)
  slow.release()
  await done
})

t.test('targets: a target that already needs to drain at the call is waited for', async (t) => {
  const slow = collector({ pause: true, highWaterMark: 1 })
  slow.write(0)
  const sink = multicastSink([slow])
  sink.write(1)
  t.strictSame(slow.items, [0])
  slow.release()
  await setImmediate()
  t.strictSame(slow.items, [0, 1])
  slow.release()
  sink.end()
  await finished(sink)
})

t.test('targets: standard output is left open by default', async (t) => {
  const output = Object.assign(collector(), { _isStdio: true })
  await pipeline(chain([[1]]), multicastSink([output]))
  t.equal(output.writableEnded, false)
})

t.test('targets: the sink is in byte mode if all targets are, and strings keep their encoding', async (t) => {
  const bytes = (): Collector => collector({ objectMode: false })
  const [a, b] = [bytes(), bytes()]
  const sink = multicastSink([a, b])
  t.equal(sink.writableObjectMode, false)
  const chunk = Buffer.from('ab')
  sink.write(chunk)
  sink.setDefaultEncoding('hex')
  sink.write('6364')
  sink.write('ef', 'latin1')
  sink.end()
  await finished(sink)
  t.equal(a.items[0], chunk)
  t.equal(Buffer.concat(b.items as Buffer[]).toString(), 'abcdef')
  t.equal(multicastSink([bytes()], { objectMode: true }).writableObjectMode, true)
  t.equal(multicastSink([bytes(), collector()]).writableObjectMode, true)
})

t.test('targets: maxlen counts bytes in byte mode', async (t) => {
  const [fast, slow] = [
    collector({ objectMode: false, highWaterMark: 100 }),
    collector({ objectMode: false, pause: true, highWaterMark: 1 }),
  ]
  const sink = multicastSink([fast, slow], { maxlen: 25 })
  for (let i = 0; i < 10; i++) sink.write(Buffer.alloc(10))
  await quiet()
  t.equal(fast.items.length, 4)
  sink.destroy()
})

t.test('targets: a Readable branch may join, and counts as a target that has not left', async (t) => {
  const a = collector()
  const sink = multicastSink([a], { onError: 'detach' })
  sink.write(0)
  const late = sink.branch()
  sink.write(1)
  const items = late.toArray()
  await quiet()
  a.destroy()
  await setImmediate()
  sink.end(2)
  t.strictSame(await items, [1, 2])
  t.strictSame(a.items, [0, 1])
})

t.test('targets: files, a gzip, a response, a process, and old-style streams', async (t) => {
  const path = folder(t).fileOf('a.txt', '')
  const gzip = createGzip()
  const zipped = gzip.toArray()
  const server = createServer((_, response) => {
    const child = spawn('cat', { stdio: ['pipe', 'pipe', 'ignore'] })
    const piped = child.stdout.toArray()
    void pipeline(
      Readable.from([Buffer.from('one\n'), Buffer.from('two\n')]),
      multicastSink([createWriteStream(path), gzip, response, child.stdin]),
    ).then(async () => void outputs.push(String(Buffer.concat((await piped) as Buffer[]))))
  })
  const outputs: string[] = []
  await once(server.listen(0), 'listening')
  const { port } = server.address() as { port: number }
  const [response] = (await once(get({ port }), 'response')) as [Readable]
  t.equal(String(Buffer.concat((await response.toArray()) as Buffer[])), 'one\ntwo\n')
  t.equal(gunzipSync(Buffer.concat((await zipped) as Buffer[])).toString(), 'one\ntwo\n')
  while (outputs.length === 0) await setTimeout(1)
  t.strictSame(outputs, ['one\ntwo\n'])
  t.equal(readFileSync(path, 'utf8'), 'one\ntwo\n')
  server.close()
  for (const { Writable } of [readable2, readable3]) {
    const items: unknown[] = []
    const old = new Writable({
      objectMode: true,
      highWaterMark: 1,
      write: (item, _, done) => void setImmediate().then(() => (items.push(item), done())),
    })
    await pipeline(chain([range(20)]), multicastSink([old]))
    t.strictSame(items, range(20))
  }
})

t.test('targets: a response whose client has disconnected fails with a premature close', async (t) => {
  let request: ReturnType<typeof get> | undefined
  const failed = new Promise((resolve) => {
    const server = createServer((_, response) => {
      pipeline(Readable.from(counting().source).map(String), multicastSink([response])).catch(
        (error: unknown) => {
          server.close()
          resolve(error)
        },
      )
      response.flushHeaders()
    }).listen(0, () => {
      request = get({ port: (server.address() as { port: number }).port })
      request.on('response', () => request?.destroy())
      request.on('error', () => undefined)
    })
  })
  t.match(await failed, premature)
})

t.test(
  'targets: an old-style stream destroyed without an event is noticed at the next item, or at the end',
  async (t) => {
    const none = (): void => undefined
    for (const isEnd of [false, true])
      for (const isPending of [false, true]) {
        const write = (_: unknown, __: unknown, done: () => void): void => (isPending ? none : done)()
        const old = new readable2.Writable({ objectMode: true, write })
        const sink = multicastSink([old])
        const ended = t.rejects(finished(sink), premature)
        sink.write(0)
        old.destroy()
        if (isEnd) sink.end()
        else sink.write(1)
        await ended
      }
  },
)

t.test('targets: an invalid target is refused at the call, and the others are given back', async (t) => {
  const open = collector()
  const [ended, destroyed, failed] = [collector(), collector(), collector()]
  ended.end()
  destroyed.destroy()
  failed.on('error', () => undefined).destroy(new Error('broken'))
  const duplex = new PassThrough({ objectMode: true, writable: false } as object)
  const none = (): void => undefined
  const duck = { write: none, end: none, destroy: none, on: none, removeListener: none }
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [ended, /targets\[1\] must be a Writable that is open, not one that has ended/],
    [destroyed, /not one that was destroyed/],
    [failed, /not one that has failed/],
    [open, /targets\[1\] must be a Writable of its own/],
    [duplex, /cannot be written to|has ended/],
    ['a.txt', /targets\[1\] must be a Writable or .*, not "a.txt": use fs.createWriteStream\("a.txt"\)/],
    [new WritableStream(), /use Writable.fromWeb/],
    [{ ...duck, writable: false }, /cannot be written to/],
    [Readable.from([]), /targets\[1\]/],
    [{}, /targets\[1\]/],
    [{ to: 1 }, /targets\[1\]/],
    [undefined, /targets\[1\]/],
    [{ to: collector(), maxlen: 0 }, /maxlen/],
    [{ to: collector(), onError: 'skip' }, /onError must be 'fail', 'detach' or a function/],
    [{ to: collector(), end: 1 }, /end/],
    [{ to: collector(), width: 1 }, /width/],
  ]
  for (const [target, message] of wrong) {
    t.throws(() => multicastSink([open, target as Writable]), { message })
    t.throws(() => multicastSink([open, target as Writable]), ArgumentError)
  }
  t.throws(() => multicastSink([open], { objectMode: 1 as never }), ArgumentError)
  t.strictSame(open.eventNames(), [])
  multicastSink([open])
  t.throws(() => multicastSink([open]), ArgumentError)
  t.throws(() => multicastSink('a.txt' as never), ArgumentError)
})

t.test('targets: if the mode is impossible, the targets are given back', async (t) => {
  const a = collector()
  t.throws(() => multicastSink([a], { overflow: 'never' as never }), ArgumentError)
  t.strictSame(a.eventNames(), [])
})

t.test('targets: timers run during a million synchronous items', async (t) => {
  const [a, b] = [0, 0]
  let ticks = 0
  const timer = setInterval(() => ticks++, 1)
  const sinks = [a, b].map(() => new Writable({ objectMode: true, write: (_, __, done) => done() }))
  await pipeline(chain([range(300_000)]), multicastSink(sinks))
  clearInterval(timer)
  t.ok(ticks > 0)
})

t.test(
  'targets: a target that closes slowly or fails while closing is listed in the close faults of the error',
  async (t) => {
    const error = new Error('first')
    const stuck = new Writable({ objectMode: true, write: () => undefined, destroy: () => undefined })
    const worse = new Writable({
      objectMode: true,
      write: (_, __, done) => done(),
      destroy: (_, done) => done(new Error('second')),
    })
    const sink = multicastSink([stuck, worse], { closeTimeout: 5 })
    const ended = t.rejects(once(sink, 'close'), error)
    sink.destroy(error)
    await ended
    await quiet()
    t.match(closeFaultsOf(error, sink)?.message, /second.*targets\[0\] did not close in time/)
  },
)

t.test('targets: a primitive thrown by the source is wrapped', async (t) => {
  const a = collector()
  a.on('error', () => undefined)
  const sink = multicastSink([a], {
    onError() {
      throw 'text'
    },
  })
  const ended = t.rejects(finished(sink), { code: 'ERR_FANPIPE_SOURCE', cause: 'text' })
  a.destroy()
  await ended
})

t.test('targets: after a failure no listeners are left and descriptors are closed', async (t) => {
  const { fileOf } = folder(t)
  const files = ['a', 'b'].map((name) => createWriteStream(fileOf(name, '')))
  const error = new Error('upstream')
  const sink = multicastSink(files)
  sink.on('error', () => undefined)
  sink.write('x')
  sink.destroy(error)
  await once(sink, 'close').catch(() => undefined)
  await quiet()
  for (const file of files) {
    t.ok(file.closed)
    t.strictSame(noListeners(file), [])
  }
})

t.test(
  'targets: an error thrown by onLag fails the sink; an overflow with fail is not passed to onError',
  async (t) => {
    const error = new Error('no')
    const thrower = (): never => {
      throw error
    }
    const [fast, slow] = [collector(), collector({ pause: true, highWaterMark: 1 })]
    const lossy = multicastSink([fast, { to: slow, overflow: 'drop-oldest', maxlen: 1, onLag: thrower }])
    const ended = t.rejects(finished(lossy), error)
    for (const i of range(5)) lossy.write(i)
    slow.release()
    await ended
    const told: unknown[] = []
    const strict = multicastSink([collector(), collector({ pause: true, highWaterMark: 1 })], {
      maxlen: 1,
      overflow: 'fail',
      onError: (error) => told.push(error),
    })
    await t.rejects(pipeline(chain([range(9)]), strict), { code: 'ERR_FANPIPE_OVERFLOW' })
    t.strictSame(told, [])
  },
)

t.test(
  "targets: destroying the sink after its targets have finished, but before its own 'finish', does not affect them",
  async (t) => {
    const [a, b] = [collector(), collector()]
    const sink = multicastSink([{ to: a, end: false }, b])
    sink.on('error', () => undefined)
    b.on('finish', () => sink.destroy())
    sink.end(1)
    await once(sink, 'close')
    t.equal(a.destroyed, false)
    t.strictSame(noListeners(a), [])
  },
)

t.test('targets: the event loop runs while many items are written in a row', async (t) => {
  const [a, b] = [collector(), collector()]
  const sink = multicastSink([a, b], { maxlen: 100_000 })
  sink.cork()
  for (const i of range(40_000)) sink.write(i, () => undefined)
  sink.uncork()
  const before = a.items.length
  t.ok(before < 40_000)
  sink.end()
  await finished(sink)
  t.strictSame([a.items, b.items], [range(40_000), range(40_000)])
})

t.test("targets: an unexpected 'drain' has no effect", async (t) => {
  const a = collector()
  const sink = multicastSink([a])
  a.emit('drain')
  sink.end(1)
  await finished(sink)
  t.strictSame(a.items, [1])
})

t.test(
  "targets: after many synchronous writes write() returns false, and 'drain' follows once timers and I/O have run",
  async (t) => {
    const target = collector()
    const sink = multicastSink([target])
    let written = 0
    while (sink.write(written++)) if (written > 1e6) break
    t.equal(sink.writableNeedDrain, true)
    t.strictSame(target.items, range(written), 'nothing is held back')
    t.ok(written > 1000 && written < 1e6, `${written} writes`)
    await new Promise((resolve) => process.nextTick(resolve))
    t.equal(sink.writableNeedDrain, true, 'a tick is not enough')
    await once(sink, 'drain')
    t.equal(sink.writableNeedDrain, false)
    t.equal(sink.write(written++), true)
    while (sink.write(written++));
    // Writes that ignore this stay in order, and are followed by a single 'drain'.
    for (let i = 0; i < 20; i++) sink.write(written++)
    let drains = 0
    sink.on('drain', () => drains++)
    await quiet()
    t.equal(drains, 1)
    sink.end()
    await finished(target)
    t.strictSame(target.items, range(written))
  },
)

t.test(
  "targets: if the sink ends or is destroyed before a pending drain, no 'drain' is emitted",
  async (t) => {
    for (const close of [(sink: Writable) => sink.end(), (sink: Writable) => sink.destroy()]) {
      const target = collector()
      const sink = multicastSink([target])
      let drains = 0
      sink.on('drain', () => drains++)
      while (sink.write(1));
      close(sink)
      await quiet()
      t.equal(drains, 0)
      t.equal(target.destroyed, true)
    }
  },
)

t.test(
  'targets: a target that fails while an item is being distributed gets no more items, and the targets after it get this one',
  async (t) => {
    const reports: unknown[] = []
    const [last, failed] = [collector(), collector()]
    const first = new Writable({
      objectMode: true,
      write(item, _, done) {
        if (item === 2) failed.destroy(new Error('failed'))
        done()
      },
    })
    // Old-style streams emit events synchronously.
    const second = Object.assign(new readable2.Writable({ objectMode: true }), {
      _write: (item: unknown, _: unknown, done: () => void) => {
        if (item === 3) second.emit('error', new Error('failed at once'))
        done()
      },
    })
    const onError = (error: Error, index: number): unknown => reports.push([error.message, index])
    const sink = multicastSink([
      { to: first, onError },
      { to: failed, onError },
      { to: second, onError },
      last,
    ])
    for (const item of range(5)) sink.write(item)
    await quiet()
    sink.end()
    await finished(last)
    t.strictSame(last.items, range(5))
    t.strictSame(failed.items, [0, 1])
    t.strictSame(
      reports.sort(),
      [
        ['failed at once', 2],
        ['failed', 1],
      ].sort(),
    )
  },
)
