import { EventEmitter } from 'node:events'
import type { Readable } from 'node:stream'
import { PassThrough, pipeline, Writable } from 'node:stream'
import { Minipass } from 'minipass'
import t from 'tap'
import * as async from '../../lib/async.ts'
import * as streams from '../../lib/index.ts'
import { lineSource } from '../../lib/index.ts'
import { collect } from '../instruments/faces.ts'
import { drained } from '../instruments/drain.ts'
import { foreignKinds, readable2, readable3, through } from '../instruments/foreign.ts'

const boom = new Error('boom')
/** More items than an output reads ahead. */
const many = Array.from({ length: 100 }, (_, i) => String(i))
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
/** Names of the events with listeners, other than 'error', since errors may come late. */
const listenedEvents = (stream: Readable): (string | symbol)[] =>
  stream.eventNames().filter((name) => name !== 'error')
const apis = { async, streams } as unknown as Record<string, typeof async>

for (const [face, { chain, merge }] of Object.entries(apis)) {
  for (const { name, make } of foreignKinds) {
    t.test(`${name} (${face}): all items arrive, both in sequence and concurrently`, async (t) => {
      const items = ['a', 'b', 'c', 'd']
      t.strictSame(await collect(chain([make(items), make(['x']), ['y']])), [...items, 'x', 'y'])
      t.strictSame(await collect(chain([() => make(items)])), items)
      t.strictSame(await collect(merge([make(['a', 'c']), make(['b', 'd'])])), items)
      const text = make(['one\ntw', 'o\n', 'three'])
      t.strictSame(await collect(chain([lineSource(text)])), ['one', 'two', 'three'])
    })

    t.test(
      `${name} (${face}): its error comes after its items, and is never taken for its end`,
      async (t) => {
        for (const input of [make(['a', 'b'], boom), () => make(['a', 'b'], boom)]) {
          const { items, error } = await drained(chain([input, ['never']]))
          t.equal(error, boom)
          t.strictSame(items, ['a', 'b'])
        }
        const { error } = await drained(chain([lineSource(make(['a\n', 'b\n'], boom))]))
        t.equal(error, boom)
      },
    )

    t.test(`${name} (${face}): a stream that had ended before it was passed in is empty`, async (t) => {
      const stream = make([])
      stream.resume()
      stream.on('data', () => undefined)
      await new Promise((resolve) => stream.on('end', resolve))
      await turn()
      stream.removeAllListeners('data')
      t.strictSame(await collect(chain([stream, ['next']])), ['next'])
    })

    t.test(`${name} (${face}): a stream that is destroyed before or while it is read fails`, async (t) => {
      const early = make(['a'])
      early.destroy()
      await t.rejects(collect(chain([early])), { code: 'ERR_STREAM_PREMATURE_CLOSE' }, 'in the same tick')
      const earlier = make(['a'])
      earlier.on('error', () => undefined).destroy()
      await turn()
      await t.rejects(collect(chain([earlier])), { code: 'ERR_STREAM_PREMATURE_CLOSE' }, 'before')
      const failing = make(['a'])
      if (name !== 'minipass') failing.destroy(boom)
      if (name !== 'minipass') await t.rejects(collect(chain([failing])), boom, 'with an error')
      const during = make(many)
      const iterator = chain([during])[Symbol.asyncIterator]()
      await iterator.next()
      during.destroy()
      await t.rejects(collect({ [Symbol.asyncIterator]: () => iterator }), {
        code: 'ERR_STREAM_PREMATURE_CLOSE',
      })
    })

    t.test(
      `${name} (${face}): a stream that fails without being destroyed is destroyed, whether or not it was known at the call`,
      async (t) => {
        for (const given of [(input: Readable) => input, (input: Readable) => () => input]) {
          const failing = make(many)
          const iterator = chain([given(failing)])[Symbol.asyncIterator]()
          await iterator.next()
          failing.emit('error', boom)
          await t.rejects(collect({ [Symbol.asyncIterator]: () => iterator }), boom)
          await turn()
          t.ok(failing.destroyed)
        }
      },
    )

    t.test(
      `${name} (${face}): after an early exit the stream is destroyed, whether reached or not`,
      async (t) => {
        const [reached, unreached] = [make(many), make(['d'])]
        t.strictSame(await collect(chain([reached, unreached]), 1), ['0'])
        const late = make(['e'])
        t.strictSame(await collect(chain([() => async.fence(0)(late), ['f']])), ['f'])
        await new Promise((resolve) => setTimeout(resolve, 5))
        for (const stream of [reached, unreached, late]) t.equal(stream.destroyed, true)
        t.strictSame(listenedEvents(unreached), name === 'streamx' ? ['newListener'] : [])
        if (name !== 'streamx')
          t.doesNotThrow(() => unreached.emit('error', boom), 'a late error does no harm')
      },
    )

    t.test(`${name} (${face}): a call that is refused leaves the stream to its owner`, async (t) => {
      const stream = make(['a'])
      const before = stream.eventNames()
      t.throws(() => chain([stream, stream]), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'inputs[1]' })
      t.strictSame(stream.eventNames(), before)
      t.strictSame(await collect(chain([stream])), ['a'])
    })
  }
}

t.test('minipass: items and bytes that are written synchronously arrive completely', async (t) => {
  const written = (options: object): Readable => {
    const stream = new Minipass(options)
    for (const chunk of ['a', 'b', 'c']) stream.write(chunk)
    stream.end()
    return stream as unknown as Readable
  }
  t.strictSame(await collect(async.chain([written({ objectMode: true })])), ['a', 'b', 'c'])
  t.equal((await collect(async.chain([written({ encoding: 'utf8' })]))).join(''), 'abc')
  t.equal(String(await collect(async.chain([written({})]))), 'abc')
})

t.test('an error that was only emitted arrives after the items pushed before it', async (t) => {
  for (const { Readable: Kind } of [readable2, readable3]) {
    let n = 0
    const stream = new Kind({
      objectMode: true,
      read() {
        if (n < 3) this.push(String(n++))
        else process.nextTick(() => this.emit('error', boom))
      },
    })
    const { items, error } = await drained(async.chain([stream, ['never']]))
    t.strictSame(items, ['0', '1', '2'])
    t.equal(error, boom)
  }
})

t.test('bytes of readable-stream 2 and 3 arrive chunk by chunk', async (t) => {
  for (const { Readable: Kind } of [readable2, readable3]) {
    const stream = new Kind({ read() {} })
    for (const chunk of ['ab', 'c', 'de']) stream.push(chunk)
    stream.push(null)
    const chained = streams.chain([stream])
    t.notOk(chained.readableObjectMode)
    t.strictSame((await async.chain([chained])[Symbol.asyncIterator]().next()).value, Buffer.from('ab'))
  }
})

t.test('a pending read that fails after an early exit does not crash the process', async (t) => {
  const unhandled: unknown[] = []
  const note = (error: unknown): void => void unhandled.push(error)
  process.on('uncaughtException', note)
  for (const { Readable: Kind } of [readable2, readable3]) {
    let pulled = 0
    const stream = new Kind({
      objectMode: true,
      read() {
        if (pulled++ === 0) this.push('a')
        else setTimeout(() => this.destroy(boom), 5)
      },
    })
    t.strictSame(await collect(async.chain([stream]), 1), ['a'])
  }
  await new Promise((resolve) => setTimeout(resolve, 20))
  process.off('uncaughtException', note)
  t.strictSame(unhandled, [])
})

t.test('a stream whose iterator never settles fails or closes when it emits the event', async (t) => {
  const silent = (): EventEmitter =>
    Object.assign(new EventEmitter(), {
      pipe: () => undefined,
      destroyed: false,
      [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }),
    })
  const failing = silent()
  setImmediate(() => failing.emit('error', boom))
  await t.rejects(collect(async.chain([failing as never])), boom)
  const closing = silent()
  setImmediate(() => closing.emit('close'))
  await t.rejects(collect(async.chain([closing as never])), { code: 'ERR_STREAM_PREMATURE_CLOSE' })
})

t.test('a stream whose iterator rejects with an error that was never emitted fails with it', async (t) => {
  const stream = Object.assign(new EventEmitter(), {
    pipe: () => undefined,
    [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(boom) }),
  })
  await t.rejects(collect(async.chain([stream as never])), boom)
  const quiet = Object.assign(new EventEmitter(), {
    pipe: () => undefined,
    [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true }) }),
  })
  const chained = async.chain([quiet as never, ['never']])
  quiet.emit('error', boom)
  await t.rejects(
    collect(chained),
    boom,
    'an emitted error takes precedence over an end reported by the iterator',
  )
})

t.test('an error that a stream emits during an early exit is a close fault', async (t) => {
  const stream = Object.assign(new EventEmitter(), {
    pipe: () => undefined,
    [Symbol.asyncIterator]: () => ({
      next: async () => ({ done: false, value: 'a' }),
      return: async () => {
        stream.emit('error', boom)
        return { done: true, value: undefined }
      },
    }),
  })
  const iterator = async.chain([stream as never])[Symbol.asyncIterator]()
  t.equal((await iterator.next()).value, 'a')
  const closed: unknown = await iterator.return?.().catch((error: unknown) => error)
  t.match(closed, { code: 'ERR_FANPIPE_CLOSE' })
  t.equal((closed as streams.CloseError).faults[0], boom)
})

t.test('the advice for an old-style stream works', async (t) => {
  for (const { chain } of Object.values(apis)) {
    const old = through()
    t.throws(() => chain([old]), {
      code: 'ERR_FANPIPE_ARGUMENT',
      message:
        /a Stream that is neither: .*pipeline\(stream, new PassThrough\(\{ objectMode: true \}\), \(\) => \{\}\)/,
    })
    const wrap = (stream: Readable) => pipeline(stream, new PassThrough({ objectMode: true }), () => {})
    const items = collect(chain([wrap(old)]))
    for (const item of [{ a: 1 }, { a: 2 }]) (old as unknown as Writable).write(item)
    ;(old as unknown as Writable).end()
    t.strictSame(await items, [{ a: 1 }, { a: 2 }])
    const broken = through()
    const failed = collect(chain([wrap(broken)]))
    broken.emit('error', boom)
    t.equal(await failed.catch((error: unknown) => error), boom, 'so does its error')
    t.throws(() => chain([new Writable() as never]), { message: /not a Writable that is neither/ })
    class Outlet extends Writable {}
    t.throws(() => chain([new Outlet() as never]), { message: /not an Outlet that is neither/ })
  }
})
