import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { PassThrough, Readable } from 'node:stream'
import { Minipass } from 'minipass'
import t from 'tap'
import * as async from '../../../lib/async.ts'
import * as streams from '../../../lib/index.ts'
import * as iter from '../../../lib/iter.ts'
import { collect } from '../../instruments/faces.ts'
import { readable3 } from '../../instruments/foreign.ts'
import { handClock, settled } from '../../instruments/hand-clock.ts'
import { closeWarning } from '../../instruments/warnings.ts'

const faces = Object.entries({ async, streams: streams as unknown as typeof async })
const EVENTS = ['readable', 'data', 'end', 'error', 'close']

type Api = typeof async
type Out = AsyncIterable<unknown>

const listenersOf = (stream: Readable): number[] => EVENTS.map((name) => stream.listenerCount(name))

/** A stream whose items arrive one by one, so that the end is not known when the last one is read. */
const slow = (items: readonly unknown[], options = {}): Readable => {
  const rest = [...items]
  return new Readable({
    objectMode: true,
    ...options,
    read() {
      setImmediate(() => this.push(rest.length > 0 ? rest.shift() : null))
    },
  })
}

/** Builds each junction over inputs of numbers in ascending order. */
const junctions: Readonly<Record<string, (api: Api, inputs: never[], options?: object) => Out>> = {
  chain: ({ chain }, inputs, options = {}) => chain(inputs, options),
  roundRobin: ({ roundRobin }, inputs, options = {}) => roundRobin(inputs, options),
  merge: ({ merge }, inputs, options = {}) => merge(inputs, options),
  'merge with compare': ({ merge }, inputs, options = {}) =>
    merge(inputs, { compare: (a: number, b: number) => a - b, ...options }),
  'merge with followers': ({ merge }, inputs, options = {}) =>
    merge(inputs, { keyless: 'follow', key: (n: number) => (n % 3 === 0 ? undefined : n), ...options }),
  mergeReady: ({ mergeReady }, inputs, options = {}) => mergeReady(inputs, options),
  zip: ({ zip }, inputs, options = {}) => zip(inputs, { mode: 'longest', ...options } as never),
  lateness: ({ mergeBoundedLateness }, inputs, options = {}) =>
    mergeBoundedLateness(inputs, { lateness: 4, ...options }),
  'mergeBoundedLateness with followers': ({ mergeBoundedLateness }, inputs, options = {}) =>
    mergeBoundedLateness(inputs, {
      lateness: 4,
      keyless: 'follow',
      time: (n: number) => (n % 3 === 0 ? undefined : n),
      ...options,
    } as never),
}

for (const [face, api] of faces) {
  for (const [name, build] of Object.entries(junctions)) {
    for (const options of [{}, { readAhead: 2 }, { errors: 'delay' }, { errors: () => undefined }]) {
      if (name === 'zip' && 'errors' in options) continue
      t.test(
        `${name} (${face}, ${JSON.stringify(options)}) leaves undelivered items in the source`,
        async (t) => {
          for (const most of [0, 1, 2, 3, 5, 8]) {
            const lists = [
              [1, 4, 5, 6, 10, 13],
              [2, 3, 7, 8, 11, 12],
            ]
            const sources = lists.map((items) => slow([...items, 20, 21, 22, 23, 24, 25, 26, 27]))
            const lost: unknown[] = []
            const onLost = (item: unknown): void => void lost.push(item)
            const inputs = sources.map((source) => api.leaveOpen(source, { onLost }))
            const output = build(api, inputs as never[], options)
            const given = (await collect<number | number[]>(output, most)).flat()
            if (output instanceof Readable) output.destroy() // Before the first next(), its iterator does nothing.
            for (const source of sources) {
              t.strictSame(listenersOf(source), listenersOf(slow([])), 'no listeners are left')
              t.notOk(source.destroyed)
              t.not(source.readableFlowing, true)
            }
            const rests = await Promise.all(sources.map((source) => source.toArray() as Promise<number[]>))
            for (const [i, list] of lists.entries()) {
              const all = [...list, 20, 21, 22, 23, 24, 25, 26, 27]
              const rest = rests[i] as number[]
              t.strictSame(
                rest,
                all.slice(all.length - rest.length),
                `${most}: the rest of input ${i}, in order`,
              )
            }
            const count = rests.flat().length + given.length
            t.equal(count, 28, `${most}: ${given} and ${rests.join(' | ')}`)
            t.strictSame(lost, [])
          }
        },
      )
    }
  }
}

for (const [face, api] of faces) {
  const { chain, leaveOpen, merge, mergeReady, zip, mergeBoundedLateness } = api

  t.test(`a web stream (${face}) is unlocked, and its owner can continue to use it`, async (t) => {
    const web = Readable.toWeb(slow([1, 2, 3, 4])) as ReadableStream<number>
    t.strictSame(await collect(chain([leaveOpen(web)]), 2), [1, 2])
    t.notOk(web.locked)
    t.strictSame(await collect(chain([leaveOpen(web)])), [3, 4])
    t.notOk(web.locked, 'also after its end')
  })

  t.test(`a web stream (${face}) with a pending read loses nothing`, async (t) => {
    let controller: ReadableStreamDefaultController<number> | undefined
    const web = new ReadableStream<number>({ start: (given) => void (controller = given) })
    const lost: unknown[] = []
    const ready = mergeReady([[1], leaveOpen(web, { onLost: (item) => lost.push(item) })])
    t.strictSame(await collect(ready, 1), [1])
    t.notOk(web.locked)
    controller?.enqueue(2)
    t.strictSame(await collect(chain([leaveOpen(web)]), 1), [2])
    t.strictSame(lost, [])
  })

  t.test(`a web stream of bytes (${face}) remains a byte stream`, async (t) => {
    const web = new Blob(['abc']).stream()
    const output = chain([leaveOpen(web)])
    if (output instanceof Readable) t.notOk(output.readableObjectMode)
    t.equal(Buffer.concat(await collect<Buffer>(output)).toString(), 'abc')
    t.notOk(web.locked)
    const reader = web.getReader()
    t.throws(() => chain([leaveOpen(web)]), { code: 'ERR_FANPIPE_ARGUMENT', message: /locked/ })
    reader.releaseLock()
  })

  t.test(`an iterator (${face}) is not closed, and at most one item is lost`, async (t) => {
    const returned: string[] = []
    async function* asynchronous(): AsyncGenerator<number> {
      try {
        yield* [1, 3, 5, 7]
      } finally {
        returned.push('async')
      }
    }
    function* synchronous(): Generator<number | Promise<number>> {
      try {
        yield* [2, Promise.resolve(4), 6, 8]
      } finally {
        returned.push('sync')
      }
    }
    const [a, b] = [asynchronous(), synchronous()]
    const lost: unknown[] = []
    const onLost = (item: unknown): void => void lost.push(item)
    const merged = merge([leaveOpen(a, { onLost }), leaveOpen(b, { onLost })])
    t.strictSame(await collect(merged, 2), [1, 2])
    t.strictSame(lost, [3], 'the head of the other input')
    t.strictSame(returned, [])
    t.strictSame(await collect(chain([leaveOpen(b), leaveOpen(a)])), [4, 6, 8, 5, 7])
    t.strictSame(returned, ['sync', 'async'])
  })

  t.test(
    `onLost (${face}) is called with an item that an iterator yields after it was given back`,
    async (t) => {
      const asked: ((result: IteratorResult<number>) => void)[] = []
      const iterator = {
        next: () => new Promise<IteratorResult<number>>((resolve) => asked.push(resolve)),
        [Symbol.asyncIterator]: () => iterator,
      }
      const lost: unknown[] = []
      const ready = mergeReady([[1], leaveOpen(iterator, { onLost: (item) => lost.push(item) })])
      t.strictSame(await collect(ready, 1), [1])
      t.strictSame(lost, [])
      asked[0]?.({ done: false, value: 2 })
      await settled()
      t.strictSame(lost, [2])
      const chained = chain([leaveOpen(iterator, { onLost: (item) => lost.push(item) })])
      const first = collect(chained)
      await settled()
      asked[1]?.({ done: true, value: undefined })
      t.strictSame(await first, [])
      t.strictSame(lost, [2])
    },
  )

  t.test(`an item (${face}) that an iterator yielded and that was not delivered is lost`, async (t) => {
    const numbers = [5, 6].values()
    const lost: unknown[] = []
    const never = new PassThrough({ objectMode: true })
    const zipped = zip([never, leaveOpen(numbers, { onLost: (item) => lost.push(item) })], {
      mode: 'longest',
    })
    const pending = collect(zipped)
    await settled()
    never.destroy(new Error('gone'))
    await t.rejects(pending, { message: 'gone' })
    t.strictSame(lost, [5])
    const failing = chain([leaveOpen({ [Symbol.iterator]: () => ({ next: () => 7 as never }) })])
    await t.rejects(collect(failing), { message: /must give an object/ })
  })

  t.test(`an error from another input (${face}) leaves the source open`, async (t) => {
    const source = slow([1, 2, 3])
    const failing = slow([1])
    const output = merge([leaveOpen(source), failing])
    const failed = collect(output)
    await once(failing, 'readable')
    failing.destroy(new Error('broken'))
    await t.rejects(failed, { message: 'broken' })
    t.notOk(source.destroyed)
    t.strictSame(listenersOf(source), listenersOf(slow([])))
    t.strictSame((await source.toArray()).at(-1), 3)
  })

  t.test(`an error from the source (${face}) is an error of the input`, async (t) => {
    const source = slow([1, 2, 3])
    const failed = collect(chain([[0], leaveOpen(source)]))
    const error = new Error('broken')
    setImmediate(() => source.destroy(error))
    await t.rejects(failed, error)
    t.strictSame(
      async.sourceOf(error)?.map(({ index }) => index),
      [1],
    )
    t.strictSame(listenersOf(source), listenersOf(slow([])))
  })

  t.test(
    `a source (${face}) that is being destroyed when it is given back causes no uncaught error`,
    async (t) => {
      const source = slow([1, 2, 3])
      const output = chain([leaveOpen(source)])
      const iterator = output[Symbol.asyncIterator]()
      t.strictSame(await iterator.next(), { done: false, value: 1 })
      source.destroy(new Error('broken'))
      await iterator.return?.()
      await settled()
      t.strictSame(listenersOf(source), listenersOf(slow([])))
    },
  )

  t.test(`an item (${face}) that breaks the order is put back`, async (t) => {
    const source = slow([2, 1, 3])
    const merged = merge([leaveOpen(source), slow([2, 5])])
    await t.rejects(collect(merged), { code: 'ERR_FANPIPE_ORDER' })
    t.strictSame(await source.toArray(), [1, 3])
    const values = slow([1, NaN, 3])
    await t.rejects(collect(merge([leaveOpen(values)])), { code: 'ERR_FANPIPE_KEY' })
    t.strictSame(await values.toArray(), [NaN, 3])
  })

  t.test(`an abort (${face}) leaves the source open`, async (t) => {
    const controller = new AbortController()
    const source = slow([1, 2, 3, 4])
    const iterator = chain([leaveOpen(source)], { signal: controller.signal })[Symbol.asyncIterator]()
    await iterator.next()
    controller.abort()
    await t.rejects(iterator.next(), { name: 'AbortError' })
    t.strictSame(await source.toArray(), [2, 3, 4])
  })

  t.test(`a source (${face}) is owned until it is given back, and can then be passed in again`, async (t) => {
    const source = slow([1, 2, 3, 4, 5, 6])
    const left = leaveOpen(source)
    const output = chain([left])
    for (const again of [left, leaveOpen(source), source])
      t.throws(() => mergeReady([again]), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'inputs[0]' })
    t.strictSame(await collect(output, 2), [1, 2])
    t.strictSame(await collect(mergeReady([left]), 1), [3])
    t.strictSame(await collect(left, 1), [4], 'the result of leaveOpen can be iterated, too')
    t.strictSame(await collect(chain([source])), [5, 6])
    t.ok(source.destroyed)
  })

  t.test(`a call that throws (${face}) gives the source back`, async (t) => {
    const source = slow([1, 2])
    const web = Readable.toWeb(slow([3])) as ReadableStream<number>
    t.throws(() => chain([leaveOpen(source), leaveOpen(web), 5 as never]), { code: 'ERR_FANPIPE_ARGUMENT' })
    t.strictSame(listenersOf(source), listenersOf(slow([])))
    t.notOk(web.locked)
    t.strictSame(await collect(chain([leaveOpen(source), leaveOpen(web)])), [1, 2, 3])
  })

  t.test(`an input (${face}) that is never reached is given back`, async (t) => {
    const source = slow([1, 2])
    const web = Readable.toWeb(slow([3])) as ReadableStream<number>
    t.strictSame(await collect(chain([[0, 1], leaveOpen(source), leaveOpen(web)]), 1), [0])
    t.strictSame(listenersOf(source), listenersOf(slow([])))
    t.notOk(web.locked)
    t.strictSame(await collect(mergeReady([leaveOpen(source)])), [1, 2])
  })

  t.test(`wrappers around the source (${face}) pass on items that are put back`, async (t) => {
    const { signal } = new AbortController()
    const between: ((input: never) => unknown)[] = [
      (input) => () => input,
      (input) => async () => input,
      (input) => chain([input]),
      (input) => chain([input], { signal }),
      (input) => chain([input], { errors: 'delay' }),
      (input) => {
        const output = chain([input])
        if (output instanceof Readable) output.on('end', () => undefined)
        return output
      },
    ]
    for (const wrap of between) {
      const source = slow([1, 2, 3])
      const merged = merge([[1, 1], wrap(leaveOpen(source) as never)] as Iterable<number>[])
      t.strictSame(await collect(merged, 2), [1, 1])
      t.strictSame(await source.toArray(), [1, 2, 3])
    }
  })

  t.test(`the last item (${face}) of a Readable that has ended cannot be put back`, async (t) => {
    const source = Readable.from([2])
    const lost: unknown[] = []
    const merged = merge([slow([1, 3]), leaveOpen(source, { onLost: (item) => lost.push(item) })])
    t.strictSame(await collect(merged, 1), [1])
    t.strictSame(lost, source.readableEnded ? [2] : [])
    t.strictSame(await source.toArray(), source.readableEnded ? [] : [2])
  })

  t.test(`an error thrown by onLost (${face}) is a close fault`, async (t) => {
    const fault = new Error('fault')
    const onLost = (): never => {
      throw fault
    }
    const error = new Error('broken')
    const failing = slow([1])
    failing.once('readable', () => failing.destroy(error))
    const merged = merge([leaveOpen([1, 2].values(), { onLost }), failing])
    await t.rejects(collect(merged), error)
    t.strictSame(async.closeFaultsOf(error)?.faults, [fault])
    const quiet = merge([leaveOpen([1, 2].values()), [0, 3]])
    t.strictSame(await collect(quiet, 1), [0])
  })

  t.test(`zip (${face}) puts back the items of an incomplete tuple`, async (t) => {
    const [a, b] = [slow([1, 2, 3]), slow([4])]
    t.strictSame(await collect(zip([leaveOpen(a), leaveOpen(b)], { mode: 'shortest' })), [[1, 4]])
    t.strictSame(await a.toArray(), [2, 3])
  })

  t.test(
    `mergeBoundedLateness (${face}) puts back items that were read while waiting for another input`,
    async (t) => {
      const [a, b] = [new PassThrough({ objectMode: true }), new PassThrough({ objectMode: true })]
      const { clock } = handClock()
      const merged = mergeBoundedLateness([leaveOpen(a), leaveOpen(b)], { lateness: 0, idle: 1000, clock })
      const iterator = merged[Symbol.asyncIterator]()
      const pending = iterator.next()
      b.write(4)
      b.write(5)
      await settled()
      t.equal(b.readableLength, 1)
      if (merged instanceof Readable) merged.destroy()
      else await iterator.return?.()
      await pending.catch(() => undefined)
      b.end()
      t.strictSame(await b.toArray(), [4, 5])
      t.strictSame(listenersOf(a), listenersOf(new PassThrough()))
    },
  )

  t.test(`merge (${face}) puts back all heads when compare fails`, async (t) => {
    for (const failing of [3, 5, 6]) {
      const sources = [slow([1, 3, 5, 7, 9]), slow([2, 4, 6, 8])]
      const compare = (a: number, b: number): number => {
        if (a === failing || b === failing) throw new Error('incomparable')
        return a - b
      }
      const given: number[] = []
      const inputs = sources.map((source) => leaveOpen(source) as AsyncIterable<number>)
      const reading = async (): Promise<void> => {
        for await (const n of merge(inputs, { compare, order: 'trust' })) given.push(n)
      }
      await t.rejects(reading(), { message: 'incomparable' })
      const rests = await Promise.all(sources.map((source) => source.toArray() as Promise<number[]>))
      t.strictSame(
        [...given, ...rests.flat()].sort((a, b) => a - b),
        [1, 2, 3, 4, 5, 6, 7, 8, 9],
      )
    }
  })

  t.test(`merge (${face}) puts back what compare refused if it goes on without that input`, async (t) => {
    const sources = [slow([1, 3, 5, 7]), slow([2, 4, 6, 8])]
    const compare = (a: number, b: number): number => {
      if (a === 5 || b === 5) throw new Error('incomparable')
      return a - b
    }
    const inputs = sources.map((source) => leaveOpen(source) as AsyncIterable<number>)
    const merged = merge(inputs, { compare, order: 'trust', errors: () => undefined })
    t.strictSame(await collect(merged), [1, 2, 3, 4, 6, 8])
    t.strictSame(await sources[0]?.toArray(), [5, 7])
  })

  t.test(`merge (${face}) puts back all heads when compare fails for two that are not new`, async (t) => {
    const sources = [slow([1, 9]), slow([5]), slow([3]), slow([8])]
    const compare = (a: number, b: number): number => {
      if (a + b === 8) throw new Error('incomparable')
      return a - b
    }
    const inputs = sources.map((source) => leaveOpen(source) as AsyncIterable<number>)
    await t.rejects(collect(merge(inputs, { compare })), { message: 'incomparable' })
    const rests = await Promise.all(sources.map((source) => source.toArray()))
    t.strictSame(rests, [[9], [5], [3], [8]])
  })

  t.test(`merge (${face}) puts back an item that is held because another may follow it`, async (t) => {
    const source = new PassThrough({ objectMode: true })
    const merged = merge([leaveOpen(source)], { keyless: 'follow' })
    const iterator = merged[Symbol.asyncIterator]()
    const pending = iterator.next()
    source.write(1)
    await settled()
    t.equal(source.readableLength, 0)
    if (merged instanceof Readable) merged.destroy()
    else await iterator.return?.()
    await pending.catch(() => undefined)
    source.end()
    t.strictSame(await source.toArray(), [1])
  })

  t.test(`a stage (${face}) consumes what it has read, and does not read ahead`, async (t) => {
    const { map, pipe, fence } = api
    const source = slow([1, 2, 3, 4])
    const double = map((n: number) => n * 2)
    t.strictSame(await collect(pipe(leaveOpen(source) as AsyncIterable<number>, double), 2), [2, 4])
    t.strictSame(await collect(pipe(leaveOpen(source), fence(1))), [3])
    t.strictSame(await source.toArray(), [4])
  })

  t.test(`mergeReady (${face}) can add and remove an input that is left open`, async (t) => {
    const source = slow([1, 2, 3, 4])
    const left = leaveOpen(source)
    const ready = mergeReady([] as Iterable<unknown>[], { end: false })
    const iterator = ready[Symbol.asyncIterator]()
    const first = iterator.next()
    ready.add(left)
    t.strictSame(await first, { done: false, value: 1 })
    t.ok(ready.remove(left))
    await iterator.return?.()
    t.strictSame(await source.toArray(), [2, 3, 4])
  })

  t.test(`leaveOpen (${face}) refuses values that cannot be left open`, async (t) => {
    const lines = createInterface({ input: new PassThrough() })
    const foreign = new Minipass({ objectMode: true })
    const refused = [undefined, 5, 'a.log', Buffer.from('a'), () => [1], {}, lines, foreign]
    for (const source of refused)
      t.throws(() => leaveOpen(source as never), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'source' })
    t.throws(() => leaveOpen([1], { lost: 1 } as never), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'lost' })
    t.throws(() => leaveOpen([1], { onLost: 1 } as never), {
      code: 'ERR_FANPIPE_ARGUMENT',
      argument: 'onLost',
    })
  })
}

const { chain, leaveOpen, merge, mergeReady } = streams

t.test('items in the buffer of a Readable are put back, also with a highWaterMark', async (t) => {
  const source = slow([1, 2, 3])
  const output = chain([leaveOpen(source)], { highWaterMark: 16 })
  await once(output, 'readable')
  await settled()
  t.equal(output.readableLength, 1, 'nothing is read ahead')
  output.destroy()
  t.strictSame(await source.toArray(), [1, 2, 3])
})

for (const [name, build] of Object.entries(junctions)) {
  for (const options of [{}, { errors: 'delay' }, { errors: () => undefined }]) {
    if (name === 'zip' && 'errors' in options) continue
    t.test(
      `${name} (${JSON.stringify(options)}) puts back the items in the buffer of its Readable`,
      async (t) => {
        for (const most of [0, 1, 2, 3, 5, 8]) {
          const lists = [
            [1, 3, 6, 7, 20, 21, 22, 23],
            [2, 4, 5, 8, 9, 20, 21, 22, 23],
          ]
          const sources = lists.map((items) => slow(items))
          const inputs = sources.map((source) => leaveOpen(source))
          const output = build(streams as unknown as Api, inputs as never[], options) as Readable
          const given: (number | number[])[] = []
          for (;;) {
            await once(output, 'readable')
            t.equal(output.readableLength, 1)
            if (given.length === most) break
            given.push(output.read() as number)
            output.read(0)
          }
          output.destroy()
          const rests = await Promise.all(sources.map((source) => source.toArray()))
          t.equal(rests.flat().length + given.flat().length, 17, `${most}`)
          for (const [i, list] of lists.entries())
            t.strictSame(rests[i], list.slice(list.length - (rests[i] as unknown[]).length))
        }
      },
    )
  }
}

t.test('an input that is left open may be discovered late', async (t) => {
  const source = slow([20, 21, 22])
  const output = chain([Array.from({ length: 20 }, (_, i) => i), () => leaveOpen(source)])
  for await (const item of output) if (item === 20) break
  t.strictSame(await source.toArray(), [21, 22])
})

t.test('buffered items of an input that is removed are lost', async (t) => {
  const source = slow([1, 2, 3])
  const lost: unknown[] = []
  const left = leaveOpen(source, { onLost: (item) => lost.push(item) })
  const output = mergeReady([left], { end: false })
  await once(output, 'readable')
  t.ok(output.remove(left))
  t.strictSame(await source.toArray(), [2, 3])
  t.strictSame(lost, [])
  output.destroy()
  t.strictSame(lost, [1])
})

t.test('items of an input that has ended are not mistaken for those of another', async (t) => {
  const [a, b] = [slow([1]), slow([2, 3])]
  const lost: unknown[] = []
  const output = chain([leaveOpen(a, { onLost: (item) => lost.push(item) }), leaveOpen(b)])
  output.read()
  while (output.readableLength < 1) await settled()
  output.read(8) // Makes Node read ahead.
  await settled()
  output.unshift(0)
  output.destroy()
  t.strictSame(lost, [])
  t.strictSame(await b.toArray(), [2, 3])
})

const bytes = (...chunks: readonly string[]): PassThrough => {
  const stream = new PassThrough()
  for (const chunk of chunks) stream.write(chunk)
  return stream
}
/** Requests more than `length`, which makes Node read ahead. */
const fill = async (output: Readable, length: number): Promise<void> => {
  for (; output.readableLength < length; await settled()) output.read(length + 1)
}
const rest = async (stream: Readable): Promise<string> => {
  const chunks = (await stream.toArray()) as (Buffer | string)[]
  return chunks.join('')
}

t.test('bytes that were not read are put back, even part of a chunk', async (t) => {
  const source = bytes('abcdef', 'ghi')
  const output = chain([leaveOpen(source)])
  await once(output, 'readable')
  t.equal(String(output.read(2)), 'ab')
  output.destroy()
  source.end()
  t.equal(await rest(source), 'cdefghi')
})

t.test('read(n) over several chunks and inputs puts back the rest of the open input', async (t) => {
  const [a, b] = [bytes('abc'), bytes('def', 'ghi', 'jkl')]
  a.end()
  const output = chain([leaveOpen(a), leaveOpen(b)])
  await fill(output, 7)
  t.equal(String(output.read(4)), 'abcd')
  output.destroy()
  b.end()
  t.equal(await rest(b), 'efghijkl')
})

t.test('items read ahead from a nested junction are put back if their input is open', async (t) => {
  const source = slow([3, 4, 5])
  const nested = chain([[1, 2], () => leaveOpen(source) as AsyncIterable<number>], { errors: 'delay' })
  for await (const item of chain([nested], { readAhead: 3 })) {
    t.equal(item, 1)
    while (source.readableLength === 0 && source.listenerCount('readable') === 0) await settled()
    await settled()
    break
  }
  t.strictSame(await source.toArray(), [3, 4, 5])
})

t.test('read(n) passes the rest of the chunks of inputs that have ended to onLost', async (t) => {
  const lost: string[] = []
  const fault = new Error('fault')
  const inputs = ['abc', 'def'].map((chunk) => {
    const source = bytes(chunk)
    source.end()
    const onLost = (item: Uint8Array): void => {
      lost.push(String(item))
      throw fault
    }
    return leaveOpen(source as AsyncIterable<Uint8Array>, { onLost })
  })
  const output = chain(inputs)
  await fill(output, 6)
  t.equal(String(output.read(2)), 'ab')
  await settled()
  t.strictSame(lost, [])
  const warned = closeWarning()
  output.destroy()
  t.strictSame(lost, ['c', 'def'])
  t.match((await warned).message, /fault.*fault/)
})

t.test('mergeReady puts each chunk back where it came from', async (t) => {
  const [a, b] = [bytes('abc'), bytes('def')]
  const output = mergeReady([leaveOpen(a), leaveOpen(b)])
  await fill(output, 6)
  output.destroy()
  for (const stream of [a, b]) stream.end()
  t.strictSame([await rest(a), await rest(b)], ['abc', 'def'])
})

t.test('text of an output with an encoding is put back as the original bytes', async (t) => {
  for (const [chunk, size, left] of [
    ['aäb€c', 2, 'b€cz'],
    ['aäb€c', 5, 'z'],
    ['aäb€c', undefined, 'z'],
  ] as const) {
    const source = bytes(chunk)
    const output = chain([leaveOpen(source)]).setEncoding('utf8')
    await once(output, 'readable')
    output.read(size)
    output.destroy()
    source.end('z')
    t.equal(await rest(source), left)
  }
})

t.test('text of a source with an encoding is put back as text', async (t) => {
  for (const encoding of ['utf8', 'hex'] as const) {
    const source = bytes('aä€').setEncoding(encoding)
    const all = Buffer.from('aä€z').toString(encoding)
    const output = chain([leaveOpen(source)])
    await once(output, 'readable')
    t.equal(String(output.read(1)), all[0])
    output.destroy()
    source.end('z')
    t.equal(await rest(source), all.slice(1))
  }
})

t.test('reading a file can continue where the output stopped', async (t) => {
  const text = Array.from({ length: 200 }, (_, i) => `line ${i}\n`).join('')
  const file = createReadStream(join(t.testdir({ 'a.txt': text }), 'a.txt'), { highWaterMark: 100 })
  const chunks: Buffer[] = []
  for await (const chunk of chain([leaveOpen(file)])) {
    chunks.push(chunk as Buffer)
    if (chunks.length === 3) break
  }
  t.equal(Buffer.concat(chunks).length, 300)
  for await (const chunk of file.pipe(new PassThrough())) chunks.push(chunk as Buffer)
  t.equal(String(Buffer.concat(chunks)), text)
})

t.test('a stream of readable-stream 3 can still be read and piped', async (t) => {
  const make = (): Readable => {
    const items = ['a', 'b', 'c']
    return new readable3.Readable({
      objectMode: true,
      read() {
        setImmediate(() => this.push(items.shift() ?? null))
      },
    })
  }
  for (const goOn of [
    (stream: Readable) => collect(stream),
    (stream: Readable) => collect(stream.pipe(new PassThrough({ objectMode: true }))),
    (stream: Readable) => {
      const items: unknown[] = []
      stream.on('data', (item) => items.push(item)).resume()
      return once(stream, 'end').then(() => items)
    },
  ]) {
    const stream = make()
    const merged = merge([leaveOpen(stream), ['a', 'b']])
    t.strictSame(await collect(merged, 2), ['a', 'a'])
    t.strictSame(listenersOf(stream), listenersOf(make()))
    t.strictSame(await goOn(stream), ['b', 'c'])
  }
})

t.test('a socket whose request was read can still send the response', async (t) => {
  const answered: Promise<string>[] = []
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    answered.push(answer(socket))
  })
  const answer = async (socket: Socket): Promise<string> => {
    let line = ''
    for await (const chunk of chain([leaveOpen(socket)])) if ((line += String(chunk)).includes('\n')) break
    t.notOk(socket.destroyed)
    socket.write('continue, ')
    const body = await collect(chain([leaveOpen(socket)]))
    t.ok(socket.readableEnded)
    t.notOk(socket.destroyed)
    socket.end(`${line.trim()}: ${Buffer.concat(body as Buffer[]).length}`)
    return line
  }
  await once(server.listen(0), 'listening')
  const client = connect({ port: (server.address() as AddressInfo).port, allowHalfOpen: true })
  client.write('post\n')
  await once(client, 'readable')
  client.write('body')
  client.end()
  t.equal(await rest(client), 'continue, post: 4')
  await Promise.all(answered)
  server.close()
  await once(server, 'close')
})

t.test('text that was read ahead is put back as text', async (t) => {
  const source = bytes('aä').setEncoding('utf8')
  const merged = async.mergeReady([bytes('b'), async.leaveOpen(source)], { readAhead: 2 })
  const iterator = merged[Symbol.asyncIterator]()
  await iterator.next()
  await settled()
  await iterator.return?.()
  source.end('z')
  t.equal(await rest(source), 'aäz')
})

t.test('lineSource takes its lines from a stream that is left open', async (t) => {
  const source = bytes('a\n', 'b\n')
  for await (const line of streams.lineSource(leaveOpen(source) as AsyncIterable<Buffer>)) {
    t.equal(line, 'a')
    break
  }
  t.notOk(source.destroyed)
  source.end()
  t.equal(await rest(source), 'b\n')
})

t.test('the sync face refuses streams that are left open', async (t) => {
  t.throws(() => iter.chain([leaveOpen([1]) as never]), {
    code: 'ERR_FANPIPE_ARGUMENT',
    message: /use fanpipe\/async/,
  })
})
