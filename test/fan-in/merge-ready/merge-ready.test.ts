import { EventEmitter, once } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import fc from 'fast-check'
import t from 'tap'
import * as async from '../../../lib/async.ts'
import * as streams from '../../../lib/index.ts'
import { drained } from '../../instruments/drain.ts'
import { collect, faces } from '../../instruments/faces.ts'
import { interleaves } from '../../instruments/junctions.ts'
import { parked, recording } from '../../instruments/sources.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const turns = async (n = 10): Promise<void> => {
  for (let i = 0; i < n; i++) await turn()
}
const argumentError = { code: 'ERR_FANPIPE_ARGUMENT' }

/** A source whose items and end are controlled by the test. */
function manual<T>() {
  const events = new EventEmitter()
  const items: T[] = []
  let ended = false
  let failure: { readonly error: unknown } | undefined
  const state = { opened: 0, closed: 0, asked: 0 }
  const source: AsyncIterable<T> = {
    [Symbol.asyncIterator]() {
      state.opened++
      return {
        async next(): Promise<IteratorResult<T>> {
          state.asked++
          while (items.length === 0 && !ended && failure === undefined)
            await new Promise((resolve) => events.once('news', resolve))
          if (items.length > 0) return { done: false, value: items.shift() as T }
          if (failure !== undefined) throw failure.error
          return { done: true, value: undefined }
        },
        async return() {
          state.closed++
          return { done: true, value: undefined }
        },
      }
    },
  }
  const news = (): void => void events.emit('news')
  return {
    source,
    state,
    give: (item: T) => (items.push(item), news()),
    end: () => ((ended = true), news()),
    fail: (error: unknown) => ((failure = { error }), news()),
  }
}

for (const face of faces.filter(({ name }) => name !== 'iter')) {
  const mergeReady = face.api.mergeReady as unknown as typeof async.mergeReady

  t.test(`mergeReady (${face.name}): items are emitted as they arrive`, async (t) => {
    const [a, b, c] = [manual<string>(), manual<string>(), manual<string>()]
    const output = mergeReady([a.source, b.source, c.source])[Symbol.asyncIterator]()
    for (const [input, item] of [
      [c, 'c1'],
      [a, 'a1'],
      [c, 'c2'],
      [b, 'b1'],
    ] as const) {
      const next = output.next()
      await turn()
      input.give(item)
      t.equal((await next).value, item)
    }
    await output.return?.()
  })

  t.test(
    `mergeReady (${face.name}): the items of one input keep their order, whichever input is fast`,
    async (t) => {
      const lengths = fc.array(fc.nat(5), { maxLength: 5 })
      const property = fc.asyncProperty(fc.scheduler(), lengths, async (scheduler, lengths) => {
        const inputs = lengths.map((length, i) => Array.from({ length }, (_, j) => `${i}.${j}`))
        const sources = inputs.map(async function* (items) {
          for (const item of items) {
            await scheduler.schedule(Promise.resolve(), item)
            yield item
          }
        })
        const collecting = collect<string>(mergeReady(sources))
        await scheduler.waitFor(collecting)
        const got = await collecting
        return got.length === inputs.flat().length && interleaves(inputs, got)
      })
      await t.resolves(fc.assert(property))
    },
  )

  t.test(
    `mergeReady (${face.name}): an error is thrown when it arrives, and closes the others`,
    async (t) => {
      const [a, b] = [manual<number>(), manual<number>()]
      const output = mergeReady([a.source, b.source], { labels: ['a', 'b'] })
      const reading = drained(output)
      await turn()
      a.give(1)
      await turns()
      const error = new Error('broken')
      b.fail(error)
      const found = await reading
      t.strictSame(found, { items: [1], error })
      t.strictSame(async.sourceOf(error, output), [{ index: 1, label: 'b' }])
      t.equal(a.state.closed, 1)
    },
  )

  t.test(`mergeReady (${face.name}): an input that is always ready does not starve the others`, async (t) => {
    for (const busy of [
      () => Array.from({ length: 100_000 }, () => 'busy'),
      () =>
        Readable.from(
          Array.from({ length: 100_000 }, () => 'busy'),
          { highWaterMark: 1000 },
        ),
      () => async.chain([Array.from({ length: 100_000 }, () => 'busy')]),
    ]) {
      for (const rare of [
        async function* () {
          for (let i = 0; i < 20; i++) yield 'rare'
        },
        () =>
          Readable.from(
            Array.from({ length: 20 }, () => 'rare'),
            { highWaterMark: 1 },
          ),
      ]) {
        const output = mergeReady([busy(), rare()])
        let [seen, last] = [0, 0]
        if (output instanceof Readable) {
          // The fastest way to read: only the junction itself lets promises settle.
          output.on('data', (item) => {
            seen++
            if (item === 'rare') last = seen
          })
          await finished(output)
        } else
          for await (const item of output) {
            seen++
            if (item === 'rare') last = seen
          }
        t.equal(seen, 100_020)
        t.ok(last < 5000, `the last of 20 rare items was item ${last}`)
      }
    }
  })

  t.test(
    `mergeReady (${face.name}): of 10,000 inputs never more than maxOpen are open, in order`,
    async (t) => {
      let [open, most] = [0, 0]
      const order: number[] = []
      const inputs = Array.from(
        { length: 10_000 },
        (_, i) =>
          async function* () {
            order.push(i)
            most = Math.max(most, ++open)
            if (i % 100 === 0) await turn()
            try {
              yield i
            } finally {
              open--
            }
          },
      )
      const items = await collect<number>(mergeReady(inputs, { maxOpen: 8 }))
      t.equal(most, 8)
      t.equal(open, 0)
      t.strictSame(
        order,
        inputs.map((_, i) => i),
      )
      t.equal(new Set(items).size, 10_000)
    },
  )

  t.test(`mergeReady (${face.name}): slow inputs start concurrently`, async (t) => {
    const inputs = Array.from({ length: 5 }, () => manual<number>())
    const reading = collect(mergeReady(inputs.map(({ source }) => source)))
    await turns()
    t.strictSame(
      inputs.map(({ state }) => state.asked),
      [1, 1, 1, 1, 1],
    )
    for (const input of inputs) input.end()
    t.strictSame(await reading, [])
  })

  t.test(`mergeReady (${face.name}): each open input has at most one fetched item waiting`, async (t) => {
    const inputs = [recording([1, 2, 3, 4]), recording([5, 6, 7, 8])]
    const output = mergeReady(inputs.map((input) => input.async))[Symbol.asyncIterator]()
    await output.next()
    await turns()
    if (face.name === 'async')
      t.ok(
        inputs.every(({ record }) => record.pulled <= 2),
        'one delivered item, and one waiting',
      )
    await output.return?.()
  })

  t.test(`mergeReady (${face.name}): an added input is opened at once if maxOpen allows`, async (t) => {
    const [a, b, c] = [manual<number>(), manual<number>(), manual<number>()]
    const output = mergeReady([a.source], { maxOpen: 2 })
    const items: number[] = []
    const reading = (async () => {
      for await (const item of output) items.push(item)
    })()
    await turns()
    output.add(b.source)
    t.equal(b.state.asked, 1, 'its slow work has started')
    output.add(c.source)
    t.equal(c.state.opened, 0, 'there is no room for another')
    b.give(2)
    await turns()
    t.strictSame(items, [2])
    a.end()
    await turns()
    t.equal(c.state.opened, 1)
    c.give(3)
    b.end()
    c.end()
    await reading
    t.strictSame(items, [2, 3])
    const late = manual<number>()
    t.throws(() => output.add(late.source), { ...argumentError, argument: 'add' })
  })

  t.test(`mergeReady (${face.name}): inputs added before the output is opened come last`, async (t) => {
    for (const inputs of [[[1]], new Set([[1]])]) {
      const output = mergeReady(inputs as number[][], { maxOpen: 1 })
      output.add([2])
      output.add([3])
      const items = await collect(output)
      t.strictSame(Array.isArray(inputs) ? items : items.sort(), [1, 2, 3])
    }
  })

  t.test(`mergeReady (${face.name}): with \`end: false\` it waits for more inputs until end()`, async (t) => {
    const output = mergeReady([[1]], { end: false })
    const items: number[] = []
    let isOver = false
    const reading = (async () => {
      for await (const item of output) items.push(item)
      isOver = true
    })()
    await turns()
    t.strictSame(items, [1])
    output.add([2])
    await turns()
    t.strictSame(items, [1, 2])
    t.equal(isOver, false)
    output.add([3])
    output.end()
    t.throws(() => output.add([4]), argumentError)
    await reading
    t.strictSame(items, [1, 2, 3])
    t.strictSame(await collect(noInputs(mergeReady)), [])
  })

  t.test(`mergeReady (${face.name}): a removed input is closed, and yields nothing more`, async (t) => {
    const [a, b] = [manual<string>(), manual<string>()]
    const output = mergeReady([a.source, b.source, b.source])
    const items: string[] = []
    const reading = (async () => {
      for await (const item of output) items.push(item)
    })()
    await turns()
    t.equal(output.remove(b.source), true)
    t.equal(b.state.closed, 2, 'it had been added twice')
    t.equal(output.remove(b.source), false)
    b.give('b')
    a.give('a')
    await turns()
    t.strictSame(items, ['a'])
    t.equal(output.remove(a.source), true)
    await reading
    t.strictSame(items, ['a'])
    t.equal(output.remove(a.source), false)
  })

  t.test(`mergeReady (${face.name}): an input that has not been opened yet can be removed`, async (t) => {
    const [waiting, added, unread, spare] = [1, 2, 3, 4].map((n) => Readable.from([n])) as [
      Readable,
      Readable,
      Readable,
      Readable,
    ]
    const first = manual<number>()
    const output = mergeReady([spare, first.source, unread, waiting], { maxOpen: 1 })
    t.equal(output.remove(spare), true)
    output.add(added)
    t.equal(spare.destroyed, true, 'also before the output is opened')
    const reading = collect(output)
    await turns()
    t.equal(output.remove(waiting), true)
    t.equal(output.remove(added), true)
    t.equal(waiting.destroyed && added.destroyed, true)
    first.end()
    t.strictSame(await reading, [3])
    t.equal(output.remove([1]), false)
  })

  t.test(`mergeReady (${face.name}): add claims a stream, unless the call is refused`, async (t) => {
    const output = mergeReady([[1]], { end: false })
    const stream = Readable.from([2])
    output.add(stream)
    t.throws(() => output.add(stream), { ...argumentError, argument: 'source' })
    t.throws(() => output.add(7 as never), { ...argumentError, argument: 'source' })
    output.end()
    t.strictSame((await collect(output)).length, 2)
    const late = Readable.from([3])
    t.throws(() => output.add(late), argumentError)
    t.strictSame(await collect(async.chain([late])), [3], 'still free')
  })

  t.test(
    `mergeReady (${face.name}): added inputs that were never opened are closed with the output`,
    async (t) => {
      const [before, while_] = [Readable.from([1]), Readable.from([2])]
      const output = mergeReady([parked as AsyncIterable<unknown>], { maxOpen: 1 })
      output.add(before)
      const iterator = output[Symbol.asyncIterator]()
      iterator.next().catch(() => undefined)
      await turns()
      output.add(while_)
      if (output instanceof Readable) output.destroy()
      else void iterator.return?.()
      t.equal(before.destroyed && while_.destroyed, true)
      const free = Readable.from([3])
      t.throws(() => output.add(free), argumentError)
      t.equal(free.destroyed, false)
    },
  )

  t.test(`mergeReady (${face.name}): add and remove keep working inside another junction`, async (t) => {
    const inner = mergeReady([[1]], { end: false })
    const gone = manual<number>()
    inner.add(gone.source)
    const reading = collect<number>(mergeReady([inner, [9]]))
    await turns()
    inner.add([2])
    t.equal(inner.remove(gone.source), true)
    inner.end()
    t.strictSame((await reading).sort(), [1, 2, 9])
    t.throws(() => inner.add([3]), argumentError)
  })

  t.test(`mergeReady (${face.name}): an added input that fails to open fails the output`, async (t) => {
    const error = new Error('no such source')
    const idle = manual<number>()
    const output = mergeReady([idle.source])
    const reading = drained(output)
    await turns()
    output.add(() => {
      throw error
    })
    t.equal((await reading).error, error)
    t.strictSame(async.sourceOf(error, output), [{ index: 1, label: undefined }])
    t.equal(idle.state.closed, 1)
  })

  t.test(`mergeReady (${face.name}): inputs may add and remove inputs while running`, async (t) => {
    const seen: string[] = []
    const output: ReturnType<typeof mergeReady<string[] | (() => Iterable<string>)>> = mergeReady<
      string[] | (() => Iterable<string>)
    >([
      function* first(): Iterable<string> {
        output.add(function* () {
          yield 'added while opening'
        })
        yield 'first'
        output.add(['added while running'])
        t.equal(output.remove(first), true)
        yield 'never seen'
      },
    ])
    for await (const item of output) seen.push(item)
    t.strictSame(seen.sort(), ['added while opening', 'added while running', 'first'])
  })

  t.test(`mergeReady (${face.name}): an input may add another one while it is being opened`, async (t) => {
    const seen: number[] = []
    const output: ReturnType<typeof mergeReady<number[] | (() => number[])>> = mergeReady<
      number[] | (() => number[])
    >([
      () => {
        output.add([2])
        return [1]
      },
    ])
    for await (const item of output) seen.push(item)
    t.strictSame(seen.sort(), [1, 2])
  })

  t.test(
    `mergeReady (${face.name}): closing the output while it is opening an input also closes that input`,
    async (t) => {
      const input = Readable.from([1])
      const output = mergeReady([
        [0],
        () => {
          if (output instanceof Readable) output.destroy()
          else void iterator.return?.()
          return input
        },
      ])
      const iterator = output[Symbol.asyncIterator]()
      await iterator.next().catch(() => undefined)
      await turns()
      t.equal(input.destroyed, true)
    },
  )

  t.test(`mergeReady (${face.name}): an endless lazy list of empty inputs lets timers run`, async (t) => {
    const abort = new AbortController()
    function* empties() {
      for (;;) yield []
    }
    setTimeout(() => abort.abort(), 5)
    await t.rejects(collect(mergeReady(empties(), { signal: abort.signal })), { name: 'AbortError' })
    await t.rejects(collect(mergeReady(empties(), { signal: abort.signal, maxOpen: 3 })), {
      name: 'AbortError',
    })
  })

  t.test(
    `mergeReady (${face.name}): timers run while inputs that fail to open are added again and again`,
    async (t) => {
      const abort = new AbortController()
      let tries = 0
      const shut = (): string[] => {
        tries++
        // If the output never yielded to timers, this one would not fire.
        if (tries < 100_000) throw new Error('shut')
        return []
      }
      const output = mergeReady([['a'], shut], {
        signal: abort.signal,
        errors: (): void => output.add(shut),
      })
      setTimeout(() => abort.abort(), 0)
      await t.rejects(collect(output), { name: 'AbortError' })
      t.ok(tries < 100_000)
    },
  )

  t.test(`mergeReady (${face.name}): labels follow the order of the list, whatever is added`, async (t) => {
    const told: unknown[] = []
    const bad = (): Iterable<string> => {
      throw new Error('shut')
    }
    const list = [bad, () => ['a'], bad]
    const labels = ['first', 'second', 'third', 'fourth']
    for (const [inputs, expected] of [
      [list, ['first', 'third', 'fourth']],
      [new Set(list.map((input) => () => input())), [undefined, 'first', 'third']],
    ] as const) {
      const output = mergeReady(inputs, { labels, errors: (_, path) => told.push(path[0]?.label) })
      output.add(bad)
      t.strictSame(await drained(output), { items: ['a'] })
      t.strictSame(told.splice(0), expected)
    }
  })
}

const noInputs = (mergeReady: typeof async.mergeReady): AsyncIterable<unknown> => {
  const output = mergeReady([] as number[][], { end: false })
  output.end()
  return output
}

for (const face of faces) {
  const { mergeReady } = face.api

  t.test(`mergeReady (${face.name}): options out of range are refused`, async (t) => {
    for (const maxOpen of [0, -1, 1.5, NaN, '5'])
      t.throws(() => mergeReady([[1]], { maxOpen } as object), { ...argumentError, argument: 'maxOpen' })
    t.throws(() => mergeReady([[1]], { end: 1 } as object), { ...argumentError, argument: 'end' })
    t.strictSame(await collect(mergeReady([[1]], { maxOpen: Infinity })), [1])
  })

  t.test(`mergeReady (${face.name}): inputs that are always ready take turns`, async (t) => {
    const output = mergeReady([['a1', 'a2', 'a3'], ['b1'], ['c1', 'c2']])
    t.strictSame(await collect(output), ['a1', 'b1', 'c1', 'a2', 'c2', 'a3'])
  })
}

for (const face of faces.filter(({ name }) => name !== 'streams')) {
  t.test(
    `mergeReady (${face.name}): an output that inputs were added to can be opened only once`,
    async (t) => {
      const { mergeReady } = face.api
      const never = mergeReady([[1]])
      t.strictSame([await collect(never), await collect(never)], [[1], [1]], 'otherwise any number of times')
      t.throws(() => never.add([2]), argumentError, 'after its end')
      const added = mergeReady([[1]])
      added.add([2])
      t.strictSame(await collect(added), [1, 2])
      await t.rejects(collect(added), argumentError)
      const running = mergeReady([[1, 3]])
      const iterator = face.iterate(running)
      await iterator.next()
      running.add([2])
      await t.rejects(collect(running), argumentError)
      t.strictSame([(await iterator.next()).value, (await iterator.next()).value].sort(), [2, 3])
      if (face.name === 'iter') return
      const open = mergeReady([[1]], { end: false })
      open.end()
      t.strictSame(await collect(open), [1])
      await t.rejects(collect(open), argumentError)
    },
  )

  t.test(`mergeReady (${face.name}): controls apply to the latest run`, async (t) => {
    const input = [1, 2]
    const output = face.api.mergeReady([input])
    const [first, second] = [face.iterate(output), face.iterate(output)]
    await first.next()
    await second.next()
    t.equal(output.remove(input), true)
    t.equal((await second.next()).done, true)
    t.equal((await first.next()).value, 2)
    await first.return?.()
    t.equal(output.remove(input), false)
  })
}

t.test(
  'mergeReady (streams): a million items from one input do not accumulate while another input is idle',
  async (t) => {
    function* numbers() {
      for (let i = 0; i < 1_000_000; i++) yield new Array<number>(50).fill(i)
    }
    const output = streams.mergeReady([parked as AsyncIterable<number[]>, numbers()])
    let count = 0
    let [before, after] = [0, 0]
    output.on('data', () => {
      count++
      if (count === 200_000) before = process.memoryUsage().heapUsed
      if (count !== 1_000_000) return
      after = process.memoryUsage().heapUsed
      output.destroy()
    })
    await new Promise((resolve) => output.on('close', resolve))
    // Retaining 800,000 items would take 320 MB.
    t.ok(after - before < 100_000_000, `${after - before} bytes more`)
  },
)

t.test('mergeReady (iter): waiting for more inputs is refused with a clear message', async (t) => {
  const [{ api }] = faces as [(typeof faces)[0]]
  t.throws(() => api.mergeReady([[1]], { end: false }), {
    ...argumentError,
    message: /end must be true.*cannot wait/,
  })
  t.strictSame([...api.mergeReady([[1]], { end: true })], [1])
})

t.test('mergeReady: byte streams are accepted, but not mixed with items', async (t) => {
  const bytes = (text: string): Readable => Readable.from([Buffer.from(text)], { objectMode: false })
  const output = streams.mergeReady([bytes('a')])
  output.add(bytes('b'))
  t.equal(output.readableObjectMode, false)
  const items = Readable.from([1])
  t.throws(() => output.add(items), { ...argumentError, argument: 'source' })
  t.equal(Buffer.concat(await collect<Buffer>(output)).toString(), 'ab')
  t.strictSame(await collect(async.chain([items])), [1], 'not claimed')
  t.throws(() => streams.mergeReady([bytes('a'), Readable.from([1])]), argumentError)
  t.match((await drained(async.mergeReady([() => bytes('a'), () => [1]]))).error, argumentError)
})

t.test(
  'mergeReady (streams): an input that destroys the output while it is being opened is closed',
  async (t) => {
    const input = Readable.from([1])
    const output = streams.mergeReady(
      [
        [0],
        () => {
          output.destroy()
          return input
        },
      ],
      { maxOpen: 1 },
    )
    await once(output.resume(), 'close')
    t.equal(input.destroyed, true)
  },
)

t.test('mergeReady (streams): an output destroyed before it is opened closes the added inputs', async (t) => {
  const [given, added] = [new PassThrough(), new PassThrough()]
  const output = streams.mergeReady([given])
  output.add(added)
  output.destroy()
  t.equal(given.destroyed && added.destroyed, true)
  const late = new PassThrough()
  t.throws(() => output.add(late), argumentError)
  t.equal(output.remove(given), false)
  t.equal(late.destroyed, false)
})
