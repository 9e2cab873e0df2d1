import { once } from 'node:events'
import { PassThrough, Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import * as async from '../../lib/async.ts'
import * as iter from '../../lib/iter.ts'
import * as streams from '../../lib/index.ts'
import { collect } from '../instruments/faces.ts'
import { counting } from '../instruments/sources.ts'

const premature = { code: 'ERR_STREAM_PREMATURE_CLOSE' }
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

/** Waits long enough for everything that happens without further input. */
async function quiet(): Promise<void> {
  for (let i = 0; i < 20; i++) await setImmediate()
}

/** Takes one item, then breaks out of the loop. */
async function leave(output: AsyncIterable<unknown>): Promise<void> {
  const iterator = output[Symbol.asyncIterator]()
  await iterator.next()
  await iterator.return?.()
}

/** A Writable that collects items; if `pause` is set, it acknowledges a write only on `release`. */
function collector({ pause = false, highWaterMark = 16 } = {}) {
  const items: unknown[] = []
  const held: (() => void)[] = []
  const stream = new Writable({
    objectMode: true,
    highWaterMark,
    write(item, _, done) {
      items.push(item)
      if (pause) held.push(done)
      else done()
    },
  })
  return Object.assign(stream, { items, release: () => held.shift()?.() })
}

/** The two faces that can wait. */
const faces = { async, streams } as unknown as Readonly<Record<string, typeof async>>

t.test('tap (iter): a function receives every item and its index', async (t) => {
  const seen: unknown[] = []
  t.strictSame([...iter.tap((item: string, i: number) => seen.push([item, i]))(['a', 'b'])], ['a', 'b'])
  t.strictSame(seen, [
    ['a', 0],
    ['b', 1],
  ])
})

t.test('tap (iter): a promise and a Writable are refused', async (t) => {
  t.throws(() => [...iter.tap(() => Promise.reject(new Error('unheard')))([1])], {
    code: 'ERR_FANPIPE_ARGUMENT',
    message: /target must be synchronous in fanpipe\/iter/,
  })
  const writable = collector()
  t.throws(() => iter.tap(writable as never), { message: /^target must be a function in fanpipe\/iter/ })
  t.strictSame(writable.eventNames(), [])
  const other = async.tap(writable) as unknown as iter.Stage<number, number>
  t.throws(() => [...iter.compose(other)([1])], { message: /^target must/ })
})

t.test('tap (iter): an error thrown by the function fails the output, or is passed to onError', async (t) => {
  const error = new Error('broken')
  const fail = (n: number): void => {
    if (n === 1) throw error
  }
  const got: number[] = []
  t.throws(() => {
    for (const n of iter.tap(fail)([0, 1, 2])) got.push(n)
  }, error)
  t.strictSame(got, [0])
  t.strictSame([...iter.tap(fail, { onError: 'detach' })([0, 1, 2])], [0, 1, 2])
  const told: unknown[] = []
  t.strictSame([...iter.tap(fail, { onError: (met) => told.push(met) })([0, 1, 2, 1])], [0, 1, 2, 1])
  t.strictSame(told, [error])
  const other = new Error('no')
  t.throws(
    () => [
      ...iter.tap(fail, {
        onError() {
          throw other
        },
      })([0, 1]),
    ],
    other,
  )
})

for (const [face, api] of Object.entries(faces)) {
  const { pipe, tap } = api

  t.test(
    `tap (${face}): items are passed on, and to a Writable, which has finished when the output ends`,
    async (t) => {
      const copy = collector()
      t.strictSame(await collect(pipe(range(50), tap(copy))), range(50))
      t.strictSame(copy.items, range(50))
      t.ok(copy.writableFinished)
      await quiet()
      t.strictSame(copy.eventNames(), [])
    },
  )

  t.test(`tap (${face}): the end waits for a slow target`, async (t) => {
    const copy = collector({ pause: true })
    let isDone = false
    const line = collect(pipe([1, 2], tap(copy))).then((items) => {
      isDone = true
      return items
    })
    await quiet()
    t.equal(isDone, false)
    copy.release()
    await quiet()
    t.equal(isDone, false)
    copy.release()
    t.strictSame(await line, [1, 2])
  })

  t.test(
    `tap (${face}): by default a slow target never holds up the output, and onLag is called with the number of dropped items`,
    async (t) => {
      const copy = collector({ pause: true, highWaterMark: 1 })
      const dropped: number[] = []
      const iterator = pipe(range(10), tap(copy, { maxlen: 3, onLag: (n) => dropped.push(n) }))[
        Symbol.asyncIterator
      ]()
      for (const i of range(10)) t.strictSame(await iterator.next(), { done: false, value: i })
      t.strictSame(copy.items, [0])
      const end = iterator.next()
      for (let i = 0; i < 4; i++) {
        copy.release()
        await quiet()
      }
      t.strictSame(await end, { done: true, value: undefined })
      t.strictSame(copy.items, [0, 7, 8, 9])
      t.strictSame(dropped, [6])
    },
  )

  t.test(`tap (${face}): with block the output is at most maxlen ahead`, async (t) => {
    const copy = collector({ pause: true, highWaterMark: 1 })
    const got: unknown[] = []
    const line = (async () => {
      for await (const item of pipe(range(8), tap(copy, { maxlen: 2, overflow: 'block' }))) got.push(item)
    })()
    await quiet()
    t.strictSame(got, [0, 1, 2])
    copy.release()
    await quiet()
    t.strictSame(got, [0, 1, 2, 3])
    for (let i = 0; i < 8; i++) {
      copy.release()
      await quiet()
    }
    await line
    t.strictSame([got, copy.items], [range(8), range(8)])
  })

  t.test(`tap (${face}): promises returned by the function are awaited one after the other`, async (t) => {
    const log: string[] = []
    const target = async (n: number, index: number): Promise<void> => {
      log.push(`begin ${n} ${index}`)
      await setImmediate()
      log.push(`end ${n}`)
    }
    t.strictSame(await collect(pipe([5, 6], tap(target, { overflow: 'block', maxlen: 1 }))), [5, 6])
    t.strictSame(log, ['begin 5 0', 'end 5', 'begin 6 1', 'end 6'])
  })

  t.test(
    `tap (${face}): if the function lags, the oldest items are dropped, and indexes stay right`,
    async (t) => {
      const seen: unknown[] = []
      let release: (() => void) | undefined
      const target = (n: number, index: number): unknown => {
        seen.push([n, index])
        return index === 0 ? new Promise<void>((resolve) => (release = resolve)) : undefined
      }
      const line = collect(pipe(range(6), tap(target, { maxlen: 2 })))
      await quiet()
      release?.()
      t.strictSame(await line, range(6))
      t.strictSame(seen, [
        [0, 0],
        [4, 4],
        [5, 5],
      ])
    },
  )

  const error = new Error('broken')
  const failing = (): readonly [string, Parameters<typeof tap<number>>[0]][] => [
    [
      'a Writable',
      new Writable({ objectMode: true, write: (n: number, _, done) => done(n === 1 ? error : null) }),
    ],
    [
      'a function',
      (n: number) => {
        if (n === 1) throw error
      },
    ],
    ['an async function', (n: number) => (n === 1 ? Promise.reject(error) : Promise.resolve())],
  ]
  for (const [i, [name]] of failing().entries()) {
    const target = (): Parameters<typeof tap<number>>[0] => (failing()[i] as [string, never])[1]

    t.test(`tap (${face}): an error of ${name} fails the output`, async (t) => {
      const { source, closed } = counted()
      await t.rejects(collect(pipe(source, tap(target()))), error)
      t.equal(closed(), 1)
    })

    t.test(
      `tap (${face}): an error of ${name} is handled by onError, and the output continues`,
      async (t) => {
        const told: unknown[] = []
        t.strictSame(await collect(pipe(range(20), tap(target(), { onError: 'detach' }))), range(20))
        t.strictSame(
          await collect(pipe(range(20), tap(target(), { onError: (met) => told.push(met) }))),
          range(20),
        )
        t.strictSame(told, [error])
        const no = new Error('no')
        const thrower = (): never => {
          throw no
        }
        await t.rejects(collect(pipe(counting().source, tap(target(), { onError: thrower }))), no)
      },
    )
  }

  t.test(`tap (${face}): a blocked output continues when the target leaves`, async (t) => {
    const copy = collector({ pause: true, highWaterMark: 1 })
    const line = collect(pipe(range(8), tap(copy, { maxlen: 1, overflow: 'block', onError: 'detach' })))
    await quiet()
    copy.destroy()
    t.strictSame(await line, range(8))
  })

  t.test(`tap (${face}): an error thrown by onLag fails the output`, async (t) => {
    const copy = collector({ pause: true, highWaterMark: 1 })
    copy.on('error', () => undefined)
    const thrower = (): never => {
      throw error
    }
    const line = t.rejects(collect(pipe(range(8), tap(copy, { maxlen: 1, onLag: thrower }))), error)
    await quiet()
    copy.release()
    await line
    t.ok(copy.destroyed)
  })

  t.test(
    `tap (${face}): an upstream error arrives unchanged, and the target is destroyed with it`,
    async (t) => {
      const copy = collector()
      const met = once(copy, 'error')
      const broken = (function* () {
        yield 1
        throw error
      })()
      await t.rejects(collect(pipe(broken, tap(copy))), error)
      t.strictSame(await met, [error])
      const other = collector()
      const metByOther = once(other, 'error')
      const unopened = (): never => {
        throw error
      }
      await t.rejects(collect(pipe(unopened, tap(other))), error)
      t.strictSame(await metByOther, [error])
    },
  )

  t.test(`tap (${face}): an early exit destroys the target; a fence ends it`, async (t) => {
    const copy = collector()
    const met = once(copy, 'error')
    for await (const n of pipe(counting().source, tap(copy))) if (n === 2) break
    t.match(await met, [premature])
    const whole = collector()
    t.strictSame(await collect(pipe(range(9), api.fence(2), tap(whole))), [0, 1])
    t.strictSame(whole.items, [0, 1])
    t.ok(whole.writableFinished)
  })

  t.test(`tap (${face}): an early exit waits for a pending promise of the function`, async (t) => {
    let isDone = false
    const target = async (): Promise<void> => {
      await quiet()
      isDone = true
    }
    const output = pipe(range(9), tap(target))
    const closed = output instanceof Readable ? new Promise((resolve) => output.once('close', resolve)) : true
    await leave(output)
    await closed
    t.ok(isDone)
  })

  t.test(
    `tap (${face}): a target that closes early fails the output with a premature close, also before the first item`,
    async (t) => {
      const copy = collector()
      copy.on('error', () => undefined)
      const stage = tap<number>(copy)
      copy.destroy()
      await quiet()
      await t.rejects(collect(pipe([1], stage)), premature)
      const told: unknown[] = []
      const optional = collector()
      const lenient = tap<number>(optional, { onError: (error) => told.push(error) })
      optional.destroy()
      await quiet()
      t.strictSame(await collect(pipe([1, 2], lenient)), [1, 2])
      t.match(told, [premature])
      const other = collector()
      await t.rejects(
        collect(
          pipe(
            counting().source,
            api.map((n: number) => (n === 2 && other.destroy(), n)),
            tap(other),
          ),
        ),
        premature,
      )
    },
  )

  t.test(`tap (${face}): a Writable can be used for one run, and is claimed at the call`, async (t) => {
    const copy = collector()
    const stage = tap<number>(copy)
    t.throws(() => tap(copy), { message: /^target must be a Writable of its own/ })
    t.strictSame(await collect(pipe([1], stage)), [1])
    await t.rejects(collect(pipe([1], stage)), {
      argument: 'target',
      message: /create a new tap for each run/,
    })
    t.strictSame(copy.items, [1])
  })

  t.test(`tap (${face}): a target that is never reached is destroyed with the output`, async (t) => {
    const copy = collector()
    copy.on('error', () => undefined)
    const line = api.chain([[1], tap<number>(copy)([2])])
    await leave(line)
    await quiet()
    t.ok(copy.destroyed)
  })

  t.test(`tap (${face}): standard output is left open, and may be shared`, async (t) => {
    const output = Object.assign(collector(), { _isStdio: true })
    t.strictSame(await collect(pipe([1], tap(output), tap(output))), [1])
    t.strictSame(output.items, [1, 1])
    t.equal(output.writableEnded, false)
    await leave(pipe([1, 2], tap(output)))
    t.equal(output.destroyed, false)
    t.strictSame(output.eventNames(), [])
  })

  t.test(`tap (${face}): an error after the end is a warning`, async (t) => {
    const warned = once(process, 'warning')
    const late = new Writable({
      objectMode: true,
      write: (_, __, done) => done(),
      destroy: (_, done) => void quiet().then(() => done(new Error('close failed'))),
    })
    await collect(pipe([1], tap(late)))
    t.match(await warned, [{ code: 'ERR_FANPIPE_CLOSE', message: /close failed/ }])
  })

  t.test(`tap (${face}): bytes and mixed targets`, async (t) => {
    const copy = new PassThrough()
    const copied = copy.toArray()
    await collect(pipe([Buffer.from('ab'), Buffer.from('c')], tap(copy)))
    t.equal(Buffer.concat((await copied) as Buffer[]).toString(), 'abc')
    await t.rejects(collect(pipe([{}], tap(new PassThrough()))), { code: 'ERR_INVALID_ARG_TYPE' })
  })

  t.test(`tap (${face}): arguments and options are checked at the call`, async (t) => {
    const ended = collector()
    ended.end()
    for (const target of ['a.txt', undefined, {}, Readable.from([]), ended])
      t.throws(() => tap(target as never), { message: /^target must be/ })
    t.throws(() => tap('a.txt' as never), { message: /a Writable or a function, not "a.txt": use fs/ })
    const none = (): void => undefined
    for (const [name, value] of Object.entries({
      maxlen: 0,
      overflow: 'fail',
      onError: 'skip',
      onLag: 1,
      width: 1,
    }))
      t.throws(() => tap(none, { [name]: value }), { message: new RegExp(`^${name} must be`) })
  })
}

/** A source that counts how often it was closed. */
function counted() {
  let closes = 0
  const source = {
    [Symbol.iterator]() {
      let n = 0
      return {
        next: () => ({ done: false as const, value: n++ }),
        return(): IteratorResult<number> {
          closes++
          return { done: true as const, value: undefined }
        },
      }
    },
  }
  return { source, closed: () => closes }
}

t.test('tap (streams): works in a pipeline and as a Duplex', async (t) => {
  const [copy, sink] = [collector(), collector()]
  await pipeline(streams.chain([range(5)]), streams.tap<number>(copy), sink)
  t.strictSame([copy.items, sink.items], [range(5), range(5)])
  const [other, end] = [collector(), collector()]
  await pipeline(streams.chain([range(5)]), streams.duplex(streams.tap<number>(other)), end)
  t.strictSame([other.items, end.items], [range(5), range(5)])
})

t.test('tap (async): in a fork, an item that waits for the target is not lost', async (t) => {
  const slow = async (n: number): Promise<number> => {
    await setImmediate()
    return n + 10
  }
  for (const target of [() => setImmediate(), () => undefined]) {
    const tapped = async.tap<number>(target, { overflow: 'block', maxlen: 1 })
    const lane = async.compose(tapped, async.chunks<number>(2))
    const other = async.compose(async.map(slow), async.chunks<number>(2))
    t.strictSame(await collect(async.fork([lane, other])(range(4))), [
      [
        [0, 1],
        [10, 11],
      ],
      [
        [2, 3],
        [12, 13],
      ],
    ])
  }
})

t.test('tap (iter): onError receives a thrown primitive unchanged', async (t) => {
  const told: unknown[] = []
  const thrower = (): never => {
    throw 'text'
  }
  t.strictSame([...iter.tap(thrower, { onError: (met) => told.push(met) })([1, 2])], [1, 2])
  t.strictSame(told, ['text'])
})
