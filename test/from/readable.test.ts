import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { Duplex, PassThrough, Readable, Transform } from 'node:stream'
import t from 'tap'
import * as async from '../../lib/async.ts'
import { chain, fence, fromSource, lineSource, many, slice, stage } from '../../lib/index.ts'
import { collect } from '../instruments/faces.ts'
import { drained } from '../instruments/drain.ts'

const boom = new Error('boom')
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Runs a function and returns the uncaught errors. */
async function uncaught(run: () => Promise<unknown>): Promise<unknown[]> {
  const errors: unknown[] = []
  const note = (error: unknown): void => void errors.push(error)
  process.on('uncaughtException', note)
  await run()
  for (let i = 0; i < 5; i++) await turn()
  process.off('uncaughtException', note)
  return errors
}

t.test(
  'bytes that a stream had buffered when it failed come before its error, whenever it fails',
  async (t) => {
    const whens: Record<string, (fail: () => void, stream: Readable) => void> = {
      'in the same tick': (fail) => fail(),
      'in the next tick': (fail) => process.nextTick(fail),
      'after promises': (fail) => queueMicrotask(fail),
      'at the first chunk': (fail, stream) => {
        const { emit } = stream
        stream.emit = (name: string | symbol, ...args: unknown[]): boolean => {
          if (name === 'data') fail()
          return emit.call(stream, name, ...args)
        }
      },
      later: (fail) => setImmediate(fail),
    }
    for (const [when, schedule] of Object.entries(whens)) {
      for (const [face, join] of Object.entries({ async: async.chain, streams: chain })) {
        let isFirst = true
        const stream = new Readable({
          read() {
            if (!isFirst) return
            isFirst = false
            for (const chunk of ['a', 'b', 'c']) this.push(chunk)
            schedule(() => this.destroy(boom), this)
          },
        })
        const { items, error } = await drained(join([stream]) as AsyncIterable<Buffer>)
        t.strictSame([Buffer.concat(items).toString(), error], ['abc', boom], `${when} (${face})`)
      }
    }
  },
)

t.test('chunks of bytes are passed on uncopied, and strings as decoded by the stream', async (t) => {
  const chunks = ['ab', 'c', 'def'].map((text) => Buffer.from(text))
  const stream = new Readable({ read() {} })
  for (const chunk of chunks) stream.push(chunk)
  stream.push(null)
  const items = await collect<Buffer>(async.chain([stream as never]))
  t.ok(items.every((item, i) => item === chunks[i]))
  t.equal(items.length, chunks.length)
  const text = Readable.from(
    [Buffer.from('é').subarray(0, 1), Buffer.from('é').subarray(1), Buffer.from('x')],
    {
      objectMode: false,
    },
  ).setEncoding('utf8')
  t.equal((await collect<string>(async.chain([text as never]))).join(''), 'éx')
})

t.test('a stream that is being destroyed when it is passed in fails with its error', async (t) => {
  const closing = (): Readable =>
    new Readable({ read() {}, destroy: (_error, done) => void setTimeout(() => done(boom), 5) }).destroy()
  for (const join of [async.chain, chain]) {
    await t.rejects(collect(join([closing()])), boom)
    await t.rejects(collect(join([() => closing()])), boom)
  }
  const without = new Readable({ read() {}, destroy: (_error, done) => void setTimeout(done, 5) }).destroy()
  await t.rejects(collect(chain([without])), { code: 'ERR_STREAM_PREMATURE_CLOSE' })
  const mute = new Readable({ emitClose: false, read() {} }).destroy()
  await t.rejects(collect(chain([mute])), { code: 'ERR_STREAM_PREMATURE_CLOSE' })
})

t.test('an error in the same tick in which a stream is discovered is caught, once', async (t) => {
  const failed = (options: object = {}): Readable => new Readable({ read() {}, ...options }).destroy(boom)
  const finders: (() => AsyncIterable<unknown>)[] = [
    () => async.chain([failed()]),
    () => async.chain([() => failed()]),
    () => async.chain([() => failed({ emitClose: false })]),
    () => async.chain([failed({ emitClose: false, autoDestroy: false })]),
    () => lineSource(failed() as never),
    () => lineSource((() => failed()) as never),
    () => async.stage(() => () => many(failed() as never))(async.chain([[1]])),
    () => async.chain([() => Promise.resolve().then(() => failed()) as never]),
    () => chain([() => failed()]),
    () => chain([() => Promise.resolve().then(() => failed())] as never),
  ]
  for (const [i, find] of finders.entries()) {
    const errors = await uncaught(() => t.rejects(collect(find()), boom, `${i}`))
    t.strictSame(errors, [], `${i}`)
  }
  t.strictSame(await uncaught(async () => void async.chain([failed()])), [], 'even if it is never opened')
})

t.test('a Duplex that has ended is closed, although it is still writable', async (t) => {
  const half = (): Duplex =>
    new Duplex({
      objectMode: true,
      read() {
        this.push(null)
      },
      write: (_item, _encoding, done) => done(),
    })
  const [first, second] = [half(), half()]
  t.strictSame(await collect(async.chain([first as never, [1], second as never])), [1])
  for (const duplex of [first, second]) {
    t.ok(duplex.destroyed)
    await turn()
    t.strictSame(
      duplex.eventNames().filter((name) => name !== 'end'),
      [],
    )
  }
})

t.test('a socket that has ended is closed, and later writes do no harm', async (t) => {
  const server = createServer((peer) => peer.on('error', () => undefined).end('hello')).listen(0)
  await once(server, 'listening')
  const socket: Socket = connect({ port: (server.address() as AddressInfo).port, allowHalfOpen: true })
  const errors = await uncaught(async () => {
    t.equal(
      String(await collect(chain([socket, Readable.from([Buffer.from('!')], { objectMode: false })]))),
      'hello,!',
    )
    t.ok(socket.destroyed)
    socket.write('late')
  })
  t.strictSame(errors, [])
  server.close()
})

t.test('a stream that is discovered late and never opened is destroyed', async (t) => {
  const open = (): Readable => new Readable({ objectMode: true, read() {} })
  const finders: Record<string, (stream: Readable) => AsyncIterable<unknown>> = {
    'fence(0), in a function': (stream) => async.chain([() => async.fence(0)(stream)]),
    'slice(0, 0), in a function': (stream) => async.chain([() => async.slice(0, 0)(stream)]),
    'fromSource over it': (stream) => async.chain([() => async.fromSource([1])(stream)]),
    'fence(0) of the streams face': (stream) => chain([() => fence(0)(stream)]),
    'slice of the streams face': (stream) => chain([() => slice(0, 0)(stream)]),
    'fromSource of the streams face': (stream) => chain([() => fromSource([1])(stream)]),
    'in a lazy list': (stream) => async.chain(new Set([async.fence(0)(stream)])),
    'by many()': (stream) => stage(() => () => many(async.fence(0)(stream)))([1]),
    'by a generator step': (stream) =>
      async.stage(
        () =>
          async function* () {
            yield* async.chain([() => async.fence(0)(stream)])
          },
      )([1]),
    'by a function used as a stage': (stream) =>
      async.compose((source: AsyncIterable<number>) => (void source, async.fence(0)(stream)))([1]),
    'by a promise': (stream) => async.chain([(async () => async.fence(0)(stream)) as never]),
    'beside an input that fails to open': (stream) =>
      async.chain([
        [1],
        () =>
          async.merge([
            () => {
              throw boom
            },
            stream as never,
          ]) as never,
      ]),
  }
  for (const [where, find] of Object.entries(finders)) {
    const stream = open()
    await drained(find(stream)).catch(() => undefined)
    t.ok(stream.destroyed, where)
    await turn()
    t.strictSame(stream.eventNames(), [], where)
  }
})

t.test('a stream that is refused when it is discovered is destroyed', async (t) => {
  const bytes = new PassThrough()
  await t.rejects(collect(async.merge([() => bytes as never])), { message: /split the bytes/ })
  t.ok(bytes.destroyed)
})

t.test('one of our Readables that a function returns is destroyed after use', async (t) => {
  for (const take of [1, Infinity]) {
    const inner = chain([[1, 2, 3]])
    const outer = chain([() => inner, [4]], { highWaterMark: 1 })
    t.strictSame(await collect(outer, take), [1, 2, 3, 4].slice(0, take))
    await turn()
    t.ok(inner.destroyed, `${take}`)
  }
})

t.test('a Transform used as an input closes by itself when its writer is done', async (t) => {
  const tenfold = new Transform({
    objectMode: true,
    transform: (n: number, _encoding, done) => done(null, n * 10),
  })
  let finished = false
  tenfold.on('finish', () => (finished = true))
  const items = collect(chain([Readable.from([1, 2]).pipe(tenfold)]))
  t.strictSame(await items, [10, 20])
  t.ok(finished)
})

t.test('a function may return a promise of any source', async (t) => {
  const web = (): ReadableStream<number> =>
    new ReadableStream({ start: (controller) => (controller.enqueue(1), controller.close()) })
  for (const join of [async.chain, async.merge, chain] as (typeof async.chain)[]) {
    const kinds: (() => unknown)[] = [
      async () => [1],
      async () => Readable.from([1]),
      async () => web(),
      async () => () => [1],
      async () => join([[1]] as never),
      () => ({ then: (resolve: (value: unknown) => void) => (resolve([1]), resolve([2])) }),
    ]
    for (const kind of kinds) t.strictSame(await collect(join([kind as never])), [1], kind.toString())
    const unkept = new Error('unkept')
    await t.rejects(
      collect(join([[0], (() => Promise.reject(unkept)) as never], { labels: ['a', 'b'] })),
      unkept,
    )
    t.strictSame(async.sourceOf(unkept)?.at(-1), { index: 1, label: 'b' })
    await t.rejects(collect(join([(async () => 7) as never])), {
      code: 'ERR_FANPIPE_ARGUMENT',
      argument: 'what inputs[0] returns',
    })
    t.throws(() => join([Promise.resolve([1]) as never]), {
      message: /a function may return one: \(\) => promise/,
    })
  }
  const text = lineSource((async () => Readable.from(['one\n', 'two'])) as never)
  t.strictSame(await collect(text), ['one', 'two'])
})

t.test('a source that a promise resolves to after the output was closed is closed', async (t) => {
  const stop: ((promised: () => never) => Promise<unknown>)[] = [
    async (promised) => {
      const iterator = async.chain([promised])[Symbol.asyncIterator]()
      const first = iterator.next().catch(() => undefined)
      await turn()
      await iterator.return?.()
      return first
    },
    async (promised) => {
      const output = chain([promised])
      output.read()
      await turn()
      return once(output.destroy(), 'close')
    },
  ]
  for (const stopped of stop) {
    const stream = new Readable({ objectMode: true, read() {} })
    let keep: (stream: Readable) => void = () => undefined
    const promised = new Promise<Readable>((resolve) => (keep = resolve))
    await stopped(() => promised as never)
    keep(stream)
    await turn()
    t.ok(stream.destroyed)
    let reject: (error: Error) => void = () => undefined
    await stopped(() => new Promise((_, fail) => (reject = fail)) as never)
    t.strictSame(await uncaught(async () => reject(boom)), [])
    await stopped(() => new Promise(() => undefined) as never)
  }
})

t.test('reading a stream elsewhere after it was passed in is an error, not a loss of items', async (t) => {
  const readers: Record<string, (stream: Readable) => unknown> = {
    'reads it to the end': (stream) => stream.toArray(),
    "listens to 'data'": (stream) => stream.on('data', () => undefined),
    'pipes it': (stream) => stream.pipe(new PassThrough({ objectMode: true })),
  }
  for (const [what, read] of Object.entries(readers)) {
    for (const join of [async.chain, chain] as (typeof async.chain)[]) {
      const stream = Readable.from([1, 2])
      const other = Readable.from([3])
      const output = join([[0], stream, other])
      await read(stream)
      await t.rejects(collect(output), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'inputs[1]' }, what)
      t.ok(stream.destroyed && other.destroyed)
    }
  }
  const ended = Readable.from([])
  await ended.toArray()
  t.strictSame(await collect(chain([ended, [1]])), [1], 'a stream that had ended before is empty')
})

t.test('an error that a stream failed with before it was closed is no close fault', async (t) => {
  const input = new Readable({ objectMode: true, read: () => undefined })
  const iterator = async.chain([input])[Symbol.asyncIterator]()
  const first = iterator.next()
  input.destroy(new Error('not emitted yet'))
  await t.resolves(iterator.return?.() as Promise<unknown>)
  t.equal((await first).done, true)
})
