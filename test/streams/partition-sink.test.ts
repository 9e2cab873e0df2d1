import { createWriteStream, readdirSync, readFileSync, type WriteStream } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { PassThrough, Readable, Writable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import t from 'tap'
import {
  ArgumentError,
  chain,
  closeFaultsOf,
  duplex,
  fileSink,
  KeyError,
  partitionSink,
  toCsv,
} from '../../lib/index.ts'
import { folder } from '../instruments/files.ts'

const premature = { code: 'ERR_STREAM_PREMATURE_CLOSE' }

/** Waits long enough for everything that happens without further input. */
async function quiet(): Promise<void> {
  for (let i = 0; i < 20; i++) await setImmediate()
}

/** A Writable that collects items, and acknowledges each one later if `slow`. */
const collector = (items: unknown[], { slow = false, highWaterMark = 16 } = {}): Writable =>
  new Writable({
    objectMode: true,
    highWaterMark,
    write(item, _, done) {
      items.push(item)
      if (slow) void setImmediate().then(() => done())
      else done()
    },
  })

/** Opens collectors, and records for which keys. */
function opener(options: { slow?: boolean; highWaterMark?: number } = {}) {
  const files = new Map<unknown, unknown[]>()
  const calls: [key: unknown, again: boolean][] = []
  const targets: Writable[] = []
  const open = (key: unknown, { again }: { again: boolean }): Writable => {
    calls.push([key, again])
    const items = files.get(key) ?? []
    files.set(key, items)
    const target = collector(items, options)
    targets.push(target)
    return target
  }
  const openNow = (): number => targets.filter(({ closed }) => !closed).length
  return { files, calls, targets, open, openNow }
}

const parity = (n: number): string => (n % 2 === 0 ? 'even' : 'odd')

t.test('partitionSink: each item goes to the target of its key, in order', async (t) => {
  const { files, calls, open, targets } = opener()
  await pipeline(chain([[1, 2, 3, 4, 5]]), partitionSink(parity, open))
  t.strictSame(Object.fromEntries(files), { odd: [1, 3, 5], even: [2, 4] })
  t.strictSame(calls, [
    ['odd', false],
    ['even', false],
  ])
  t.ok(targets.every(({ writableFinished }) => writableFinished))
})

t.test(
  'partitionSink: the key function receives the index, and keys may have any primitive type',
  async (t) => {
    const { files, open } = opener()
    const key = (_: string, index: number): string | number | boolean | bigint =>
      [true, 1, '1', 1n][index % 4] as string
    await pipeline(chain([['a', 'b', 'c', 'd', 'e']]), partitionSink(key, open))
    t.strictSame(
      [...files],
      [
        [true, ['a', 'e']],
        [1, ['b']],
        ['1', ['c']],
        [1n, ['d']],
      ],
    )
  },
)

t.test(
  'partitionSink: for any keys and limits, every item arrives, and no more than maxOpen targets are open',
  async (t) => {
    await t.resolves(
      fc.assert(
        fc.asyncProperty(
          fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 40 }),
          fc.integer({ min: 1, max: 4 }),
          fc.boolean(),
          async (keys, maxOpen, slow) => {
            const { files, calls, open, openNow } = opener({ slow, highWaterMark: 1 })
            let most = 0
            const counted = (key: number, info: { again: boolean }): Writable => {
              const target = open(key, info)
              most = Math.max(most, openNow())
              return target
            }
            const items = keys.map((key, i) => [key, i] as const)
            await pipeline(
              chain([items]),
              partitionSink(([key]: readonly [number, number]) => key, counted, { maxOpen }),
            )
            for (const [key, got] of files)
              if (JSON.stringify(got) !== JSON.stringify(items.filter(([own]) => own === key))) return false
            const seen = new Set<unknown>()
            for (const [key, again] of calls) {
              if (again !== seen.has(key)) return false
              seen.add(key)
            }
            return most <= maxOpen && files.size === new Set(keys).size
          },
        ),
        { numRuns: 60 },
      ),
    )
  },
)

t.test(
  'partitionSink: the least recently used target is ended, and opened again for a later item of its key',
  async (t) => {
    const { calls, open } = opener()
    const sink = partitionSink((text: string) => text, open, { maxOpen: 2 })
    await pipeline(chain([['a', 'b', 'a', 'c', 'a', 'b']]), sink)
    t.strictSame(calls, [
      ['a', false],
      ['b', false],
      ['c', false],
      ['b', true],
    ])
  },
)

t.test(
  "partitionSink: the next target is opened only after the 'close' of the one that was ended",
  async (t) => {
    const log: string[] = []
    const open = (key: string): Writable => {
      log.push(`open ${key}`)
      const target = new Writable({
        objectMode: true,
        write: (_, __, done) => done(),
        destroy: (error, done) => void quiet().then(() => done(error)),
      })
      for (const event of ['finish', 'close']) target.on(event, () => log.push(`${event} ${key}`))
      return target
    }
    const sink = partitionSink((text: string) => text, open, { maxOpen: 1 })
    await pipeline(chain([['a', 'b']]), sink)
    t.strictSame(log, ['open a', 'finish a', 'close a', 'open b', 'finish b'])
  },
)

t.test(
  'partitionSink: with Duplex targets that are read, however slowly, at most maxOpen are open',
  async (t) => {
    let [opened, most] = [0, 0]
    const items: unknown[] = []
    const open = (): Writable => {
      const target = new PassThrough({ objectMode: true })
      most = Math.max(most, ++opened)
      target.on('close', () => opened--)
      void (async () => {
        for await (const item of target) items.push(await setImmediate(item))
      })()
      return target
    }
    await pipeline(
      chain([[0, 1, 2, 0, 1]]),
      partitionSink((n: number) => n, open, { maxOpen: 1 }),
    )
    await quiet()
    t.equal(most, 1)
    t.strictSame(items, [0, 1, 2, 0, 1])
  },
)

t.test("partitionSink: for a target that does not close by itself, 'finish' is enough", async (t) => {
  const others: Readonly<Record<string, () => Writable>> = {
    'without autoDestroy': () =>
      new Writable({ objectMode: true, autoDestroy: false, write: (_, __, done) => done() }),
    'without close': () =>
      new Writable({ objectMode: true, emitClose: false, write: (_, __, done) => done() }),
    'a Duplex that is not read': () => new PassThrough({ objectMode: true }),
    'a Duplex that is read': () => new PassThrough({ objectMode: true }).resume(),
  }
  for (const [name, open] of Object.entries(others))
    await t.resolves(
      pipeline(
        chain([['a', 'b', 'a']]),
        partitionSink((text: string) => text, open, { maxOpen: 1 }),
      ),
      name,
    )
})

t.test('partitionSink: open may return a promise of a target', async (t) => {
  const { files, open } = opener()
  const sink = partitionSink(parity, async (key, info) => {
    await setImmediate()
    return open(key, info)
  })
  await pipeline(chain([[1, 2, 3]]), sink)
  t.strictSame(files.get('odd'), [1, 3])
})

t.test('partitionSink: the backpressure of a target is propagated', async (t) => {
  let release: (() => void) | undefined
  const open = (): Writable =>
    new Writable({ objectMode: true, highWaterMark: 1, write: (_, __, done) => void (release = done) })
  const sink = partitionSink(parity, open, { highWaterMark: 1 })
  let isWritten = false
  t.equal(
    sink.write(1, () => (isWritten = true)),
    false,
  )
  await quiet()
  t.equal(isWritten, false)
  const drained = once(sink, 'drain')
  release?.()
  await drained
  t.equal(isWritten, true)
  sink.destroy()
})

t.test('partitionSink: standard output is left open, and may be used for several keys', async (t) => {
  const items: unknown[] = []
  const output = Object.assign(
    new Writable({ objectMode: true, write: (item, _, done) => done(void items.push(item)) }),
    { _isStdio: true },
  )
  for (const maxOpen of [1, 4]) {
    const opened: unknown[] = []
    const open = (key: number, { again }: { again: boolean }): Writable => (opened.push([key, again]), output)
    await pipeline(
      Readable.from([1, 2, 1]),
      partitionSink((n: number) => n, open, { maxOpen }),
    )
    t.equal(opened.length, maxOpen === 1 ? 3 : 2)
  }
  t.strictSame(items, [1, 2, 1, 1, 2, 1])
  t.notOk(output.writableEnded || output.destroyed)
  t.strictSame(output.eventNames(), [])
})

t.test('partitionSink: works in byte mode', async (t) => {
  const { files, open } = opener()
  const source = Readable.from([Buffer.from('ab'), Buffer.from('cd')], { objectMode: false })
  await pipeline(
    source,
    partitionSink((chunk: Buffer) => chunk.length, open, { objectMode: false }),
  )
  t.equal(Buffer.concat(files.get(2) as Buffer[]).toString(), 'abcd')
})

t.test('partitionSink: without items it opens nothing', async (t) => {
  const { calls, open } = opener()
  await pipeline(chain([[]]), partitionSink(parity, open))
  t.strictSame(calls, [])
})

const endings: Readonly<Record<string, (target: Writable) => unknown>> = {
  'an error': (target) => target.destroy(new Error('full')),
  'a premature close': (target) => target.destroy(),
  'an external end()': (target) => target.end(),
}
for (const [name, end] of Object.entries(endings)) {
  t.test(`partitionSink: ${name} of a target fails the sink, and destroys the others`, async (t) => {
    const { targets, open } = opener()
    const sink = partitionSink(parity, open)
    sink.write(1)
    sink.write(2)
    const [odd, even] = targets as [Writable, Writable]
    odd.on('error', () => undefined)
    const met = once(even, 'error')
    const failed = finished(sink).catch((error: unknown) => error)
    end(odd)
    const error = await failed
    t.match(error, name === 'an error' ? { message: 'full' } : premature)
    t.equal(((await met) as unknown[])[0], error)
    t.ok(targets.every(({ destroyed }) => destroyed))
  })
}

t.test('partitionSink: an error in a target that is being ended fails the sink', async (t) => {
  const error = new Error('full')
  const open = (): Writable =>
    new Writable({ objectMode: true, write: (_, __, done) => done(), final: (done) => done(error) })
  await t.rejects(
    pipeline(
      chain([['a', 'b']]),
      partitionSink((text: string) => text, open, { maxOpen: 1 }),
    ),
    error,
  )
  await t.rejects(
    pipeline(
      chain([['a', 'b']]),
      partitionSink((text: string) => text, open),
    ),
    error,
  )
})

t.test("partitionSink: an error after the last 'finish' is a warning", async (t) => {
  const warned = once(process, 'warning')
  const open = (): Writable =>
    new Writable({
      objectMode: true,
      write: (_, __, done) => done(),
      destroy: (_, done) => void quiet().then(() => done(new Error('close failed'))),
    })
  await pipeline(
    chain([['a']]),
    partitionSink((text: string) => text, open),
  )
  t.match(await warned, [{ code: 'ERR_FANPIPE_CLOSE', message: /close failed/ }])
})

t.test('partitionSink: an item that a target rejects synchronously fails the sink', async (t) => {
  const open = (): Writable => new Writable({ write: (_, __, done) => done() })
  const sink = partitionSink(() => 'a', open)
  const written = new Promise((resolve) => sink.write({}, resolve))
  await t.rejects(finished(sink), { code: 'ERR_INVALID_ARG_TYPE' })
  t.match(await written, { code: 'ERR_INVALID_ARG_TYPE' })
})

t.test(
  'partitionSink: destroying the sink with an error destroys every target with it, and fails the pending write',
  async (t) => {
    const { targets, open } = opener({ slow: true, highWaterMark: 1 })
    const sink = partitionSink(parity, open)
    const error = new Error('upstream')
    const written = new Promise((resolve) => sink.write(1, resolve))
    const met = once(targets[0] as Writable, 'error')
    const closed = t.rejects(once(sink, 'close'), error)
    sink.destroy(error)
    t.strictSame(await met, [error])
    t.equal(await written, error)
    await closed
    const other = opener()
    const silent = partitionSink(parity, other.open)
    silent.write(1)
    const early = once(other.targets[0] as Writable, 'error')
    silent.destroy()
    t.match(await early, [premature])
  },
)

t.test('partitionSink: an abort destroys every target', async (t) => {
  for (const isBefore of [true, false]) {
    const controller = new AbortController()
    if (isBefore) controller.abort('enough')
    const { targets, open } = opener()
    const sink = partitionSink(parity, open, { signal: controller.signal })
    const failed = t.rejects(finished(sink), { name: 'AbortError', cause: 'enough' })
    if (!isBefore) {
      sink.write(1)
      controller.abort('enough')
    }
    await failed
    t.equal(targets.filter(({ destroyed }) => destroyed).length, isBefore ? 0 : 1)
  }
})

t.test('partitionSink: unusable keys are KeyErrors', async (t) => {
  const keys: readonly (readonly [unknown, RegExp])[] = [
    [undefined, /the source, item 1: no key was found in "x", the key is undefined/],
    [null, /the key is null/],
    [NaN, /the key is NaN/],
    [Promise.resolve('a'), /the key of "x" is a promise, and keys are not awaited/],
    [{}, /the key of "x" is an object, and no two of those are the same key/],
    [() => 'a', /is a function/],
  ]
  for (const [key, message] of keys) {
    const sink = partitionSink((_: string, i: number) => (i === 0 ? 'a' : (key as string)), opener().open)
    const error = await pipeline(chain([['w', 'x']]), sink).catch((error: unknown) => error)
    t.type(error, KeyError)
    t.match(error, { message, index: 1 })
    t.ok(Object.is((error as KeyError).key, key))
  }
})

t.test(
  'partitionSink: errors thrown by key and open arrive unchanged, as do rejections of open',
  async (t) => {
    const error = new Error('broken')
    const fail = (): never => {
      throw error
    }
    await t.rejects(pipeline(chain([[1]]), partitionSink(fail, opener().open)), error)
    await t.rejects(pipeline(chain([[1]]), partitionSink(parity, fail)), error)
    await t.rejects(
      pipeline(
        chain([[1]]),
        partitionSink(parity, () => Promise.reject(error)),
      ),
      error,
    )
    const primitive = (): never => {
      throw 'text'
    }
    await t.rejects(pipeline(chain([[1]]), partitionSink(parity, primitive)), { cause: 'text' })
  },
)

t.test('partitionSink: open must return an open Writable that is not in use yet', async (t) => {
  const one = collector([])
  const ended = collector([])
  ended.end()
  const wrong: readonly (() => unknown)[] = [
    () => 'a.txt',
    () => ended,
    () => Promise.resolve(undefined),
    () => one,
  ]
  for (const open of wrong) {
    const sink = partitionSink((text: string) => text, open as () => Writable)
    const error = await pipeline(chain([['a', 'b']]), sink).catch((error: unknown) => error)
    t.type(error, ArgumentError)
    t.match(error, { argument: 'what `open` returns' })
  }
})

t.test('partitionSink: a target whose promise resolves too late is destroyed', async (t) => {
  let give: ((stream: unknown) => void) | undefined
  const sink = partitionSink(parity, () => new Promise<Writable>((resolve) => (give = resolve as never)))
  sink.on('error', () => undefined)
  sink.write(1)
  sink.destroy()
  const late = new Writable({ destroy: (_, done) => done(new Error('unheard')) })
  give?.(late)
  await quiet()
  t.ok(late.destroyed)
  const other = partitionSink(parity, () => new Promise<Writable>((resolve) => (give = resolve as never)))
  other.on('error', () => undefined)
  other.write(1)
  other.destroy()
  give?.('not a stream')
  await quiet()
  t.ok(other.closed)
})

t.test('partitionSink: arguments and options are checked at the call', async (t) => {
  const { open } = opener()
  t.throws(() => partitionSink('a' as never, open), { message: /^key must be/ })
  t.throws(() => partitionSink(parity, {} as never), { message: /^open must be/ })
  for (const maxOpen of [0, -1, 1.5, NaN, '5', 2 ** 40])
    t.throws(() => partitionSink(parity, open, { maxOpen: maxOpen as number }), {
      message: /^maxOpen must be/,
    })
  t.throws(() => partitionSink(parity, open, { width: 1 } as never), ArgumentError)
})

t.test('partitionSink: a target that does not close in time is listed in the close faults', async (t) => {
  const open = (): Writable =>
    new Writable({ objectMode: true, write: (_, __, done) => done(), destroy: () => undefined })
  const sink = partitionSink(parity, open, { closeTimeout: 2 })
  const error = new Error('first')
  sink.write(1)
  const closed = t.rejects(once(sink, 'close'), error)
  sink.destroy(error)
  await closed
  while (!sink.closed) await setImmediate()
  t.match(closeFaultsOf(error, sink)?.message, /the target of "odd" did not close in time/)
})

t.test('partitionSink: writes 5,000 keys into files with 64 descriptors', async (t) => {
  const folder = t.testdir()
  const open = new Set<WriteStream>()
  let most = 0
  const sink = partitionSink(
    (line: string) => Number(line) % 5000,
    (key, { again }) => {
      const file = createWriteStream(join(folder, `${key}`), { flags: again ? 'a' : 'wx' })
      open.add(file)
      file.on('close', () => open.delete(file))
      most = Math.max(most, open.size)
      return file
    },
  )
  const lines = Array.from({ length: 5100 }, (_, i) => `${i}\n`)
  await pipeline(chain([lines]), sink)
  t.equal(most, 64)
  t.equal(readdirSync(folder).length, 5000)
  t.equal(readFileSync(join(folder, '7'), 'utf8'), '7\n5007\n')
})

t.test('partitionSink: opening a fileSink again for a file already written is an error', async (t) => {
  const { dir } = folder(t)
  const items = ['a', 'b', 'a'].map((key) => ({ key }))
  const keyOf = ({ key }: { key: string }): string => key
  const table = (name: string): Writable => duplex(toCsv(), fileSink(join(dir, name)))
  await t.rejects(pipeline(items, partitionSink(keyOf, table, { maxOpen: 1 })), {
    code: 'ERR_FANPIPE_ARGUMENT',
    message:
      /a fileSink that would replace .*a, which has been written before: set `maxOpen` to the number of keys/,
  })
  t.equal(readFileSync(join(dir, 'a'), 'utf8'), 'key\na\n')
  t.strictSame(
    readdirSync(dir).filter((name) => name.endsWith('.tmp')),
    [],
  )
  const another = (key: string, { again }: { again: boolean }): Writable => table(again ? `${key}.2` : key)
  await pipeline(items, partitionSink(keyOf, another, { maxOpen: 1 }))
  t.strictSame(readdirSync(dir).sort(), ['a', 'a.2', 'b'])
  await pipeline(items, partitionSink(keyOf, table, { maxOpen: 2 }))
  t.equal(readFileSync(join(dir, 'a'), 'utf8'), 'key\na\na\n')
})
