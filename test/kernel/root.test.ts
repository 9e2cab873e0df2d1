import { getEventListeners } from 'node:events'
import type { Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import * as async from '../../lib/async.ts'
import * as streams from '../../lib/index.ts'
import * as iter from '../../lib/iter.ts'
import { collect, faces } from '../instruments/faces.ts'
import { counting, failing, parked, recording } from '../instruments/sources.ts'
import { closeWarning } from '../instruments/warnings.ts'

/** An iterable whose return() throws. */
const stubborn = (fault: unknown): Iterable<number> => ({
  [Symbol.iterator]: () => ({
    next: () => ({ done: false, value: 1 }),
    return() {
      throw fault
    },
  }),
})

const stubbornAsync = (fault: unknown): AsyncIterable<number> => ({
  [Symbol.asyncIterator]: () => ({
    next: async () => ({ done: false, value: 1 }),
    return: async () => {
      throw fault
    },
  }),
})

for (const face of faces) {
  const { chain, closeFaultsOf, merge } = face.api

  t.test(
    `closing (${face.name}): the first error is kept, and close faults are attached to it`,
    async (t) => {
      const [error, fault] = [new Error('first'), new Error('second')]
      await t.rejects(collect(merge([stubborn(fault), failing([], error)])), error)
      t.match(closeFaultsOf(error), { code: 'ERR_FANPIPE_CLOSE', faults: [fault], unclosed: [] })
      t.equal(closeFaultsOf(new Error('another')), undefined)
      t.equal(closeFaultsOf(undefined), undefined)
    },
  )

  t.test(
    `closing (${face.name}): a close fault without an error becomes a warning, unless return() fails with it`,
    async (t) => {
      const warned = closeWarning()
      t.strictSame(await collect(face.api.fence(1)(chain([stubborn('stuck')]))), [1])
      t.match(await warned, { code: 'ERR_FANPIPE_CLOSE', message: /error while closing: "stuck"/ })
    },
  )

  t.test(
    `abort (${face.name}): before the first demand, nothing is opened and the output fails with an AbortError`,
    async (t) => {
      const { input, record } = face.recorded([1])
      const reason = new Error('enough')
      const output = chain([input], { signal: AbortSignal.abort(reason) })
      await t.rejects(collect(output), { name: 'AbortError', code: 'ABORT_ERR', cause: reason })
      t.equal(record.opened, 0)
    },
  )

  t.test(`abort (${face.name}): during the run, the output fails and the inputs are closed`, async (t) => {
    const { input, record } = face.recorded(Array.from({ length: 1000 }, (_, i) => i))
    const controller = new AbortController()
    const iterator = face.iterate(chain([input], { signal: controller.signal }))
    await iterator.next()
    controller.abort('stop it')
    await t.rejects(iterator.next(), { name: 'AbortError', cause: 'stop it' })
    t.equal(record.closed, 1)
  })

  t.test(`abort (${face.name}): the signal of an inner junction fails the outer one`, async (t) => {
    const items = Array.from({ length: 1000 }, (_, i) => i)
    const { input, record } = face.recorded(items)
    const controller = new AbortController()
    const iterator = face.iterate(chain([chain([input], { signal: controller.signal }), [-1]]))
    await iterator.next()
    controller.abort('stop it')
    await t.rejects(iterator.next(), { name: 'AbortError', cause: 'stop it' })
    t.equal(record.closed, 1)

    const { signal } = new AbortController()
    t.strictSame(await collect(chain([chain([face.source(items)], { signal })])), items)
    const before = face.recorded([1])
    await t.rejects(collect(chain([chain([before.input], { signal: controller.signal })])), {
      name: 'AbortError',
      cause: 'stop it',
    })
    t.equal(before.record.opened, 0)
  })

  t.test(`abort (${face.name}): after the end it does nothing`, async (t) => {
    const controller = new AbortController()
    t.strictSame(await collect(chain([[1]], { signal: controller.signal })), [1])
    controller.abort()
    t.strictSame(await collect(chain([[1]])), [1])
  })
}

t.test(
  'abort (streams): items that the Readable still buffers are discarded, although its inputs have ended',
  async (t) => {
    const reason = new Error('no longer')
    const controller = new AbortController()
    const output = streams.chain([[1, 2, 3, 4, 5]], { signal: controller.signal })
    const seen: number[] = []
    await t.rejects(
      async () => {
        for await (const item of output) {
          seen.push(item)
          await turn()
          controller.abort(reason)
        }
      },
      { name: 'AbortError', cause: reason },
    )
    t.strictSame(seen, [1])
    t.equal(getEventListeners(controller.signal, 'abort').length, 0)
  },
)

t.test(
  'abort: one listener per signal, however many outputs share it, and none once they are closed',
  async (t) => {
    const controller = new AbortController()
    const { signal } = controller
    let listeners = 0
    const { addEventListener, removeEventListener } = signal
    Object.assign(signal, {
      addEventListener: (...args: Parameters<typeof addEventListener>) => {
        listeners++
        addEventListener.apply(signal, args)
      },
      removeEventListener: (...args: Parameters<typeof removeEventListener>) => {
        listeners--
        removeEventListener.apply(signal, args)
      },
    })
    const outputs = Array.from({ length: 50 }, () =>
      async.chain([counting().source], { signal })[Symbol.asyncIterator](),
    )
    for (const output of outputs) await output.next()
    t.equal(listeners, 1)
    for (const output of outputs) await output.return?.()
    t.equal(listeners, 0)
  },
)

t.test('abort (async): a source stuck in an await is abandoned after closeTimeout, and named', async (t) => {
  const stuck: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise(() => undefined),
      return: () => new Promise(() => undefined),
    }),
  }
  const controller = new AbortController()
  const options = { signal: controller.signal, closeTimeout: 10, labels: ['good', 'stuck'] }
  const iterator = async.chain([[1], stuck], options)[Symbol.asyncIterator]()
  await iterator.next()
  const waiting = iterator.next()
  controller.abort()
  const error = await waiting.then(
    () => undefined,
    (error: unknown) => error,
  )
  t.match(error, { name: 'AbortError' })
  t.strictSame(async.closeFaultsOf(error)?.unclosed, [[{ index: 1, label: 'stuck' }]])
})

t.test('closing (async): return() rejects with a CloseError for a close fault', async (t) => {
  const fault = new Error('stuck')
  const iterator = async.chain([stubbornAsync(fault)])[Symbol.asyncIterator]()
  await iterator.next()
  await t.rejects(async () => void (await iterator.return?.()), {
    code: 'ERR_FANPIPE_CLOSE',
    faults: [fault],
  })
})

t.test('async: pending requests are settled in order; return() settles those still pending', async (t) => {
  const iterator = async.chain([[1, Promise.resolve(2) as never, 3]])[Symbol.asyncIterator]()
  const results = await Promise.all([iterator.next(), iterator.next(), iterator.next(), iterator.next()])
  t.strictSame(
    results.map(({ value }) => value as unknown),
    [1, 2, 3, undefined],
  )
  const waiting = async.chain([parked])[Symbol.asyncIterator]()
  const [first, second] = [waiting.next(), waiting.next()]
  await waiting.return?.()
  t.strictSame([(await first).done, (await second).done, (await waiting.next()).done], [true, true, true])
})

t.test('async: timers run during a million synchronous items', async (t) => {
  let fired = 0
  const timer = setInterval(() => fired++, 1)
  let count = 0
  for await (const item of async.chain([Array.from({ length: 1_000_000 }, (_, i) => i)]))
    if (item === count) count++
  clearInterval(timer)
  t.equal(count, 1_000_000)
  t.ok(fired > 0)
})

t.test(
  'streams: an output passed to another junction is read without its own stream, which is destroyed with it',
  async (t) => {
    const inner = streams.chain([[1], [2]])
    t.strictSame(await collect(streams.merge([inner, [3]])), [1, 2, 3])
    t.equal(inner.destroyed, true)
    const destroyed = streams.chain([[1]])
    const outer = streams.chain([destroyed])
    const error = new Error('changed my mind')
    destroyed.destroy(error)
    destroyed.on('error', () => undefined)
    await t.rejects(collect(outer), error)
    const silent = streams.chain([[1]])
    const over = streams.chain([silent])
    silent.destroy()
    await t.rejects(collect(over), { code: 'ERR_STREAM_PREMATURE_CLOSE' })
    const later = streams.chain([counting().source])
    const around = streams.chain([later])
    const iterator = around[Symbol.asyncIterator]()
    await iterator.next()
    later.destroy()
    await t.rejects(
      async () => {
        while ((await iterator.next()).done !== true);
      },
      { code: 'ERR_STREAM_PREMATURE_CLOSE' },
    )
    const touched = streams.chain([[1, 2]])
    touched.once('readable', () => undefined)
    t.strictSame(await collect(streams.chain([touched])), [1, 2])
  },
)

t.test(
  'C1: an output closed while it is opening closes what it has opened, and yields nothing',
  async (t) => {
    const { sync, async: input, record } = recording([1, 2])
    const iterator: IterableIterator<number> = iter
      .chain([
        () => {
          iterator.return?.()
          return sync
        },
      ])
      [Symbol.iterator]() as IterableIterator<number>
    t.strictSame(iterator.next(), { done: true, value: undefined })
    t.strictSame(iterator.next(), { done: true, value: undefined })
    t.strictSame([record.opened, record.closed], [1, 1])
    const readable: Readable = streams.chain([
      () => {
        readable.destroy()
        return input
      },
    ])
    readable.resume()
    await new Promise((resolve) => readable.once('close', resolve))
    t.strictSame([record.opened, record.closed], [2, 2])
  },
)
