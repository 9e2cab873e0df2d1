/**
 * The rules of Reactive Streams 1.0.4 for a Publisher (1.x) and its Subscription (3.x), checked on our Readables and async
 * iterators. The subscriber is the reader: `request(n)` is n calls of `next()`, or n calls of `read()` that return an item;
 * `cancel()` is `return()` or `destroy()`.
 */
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import t from 'tap'
import * as async from '../../lib/async.ts'
import * as streams from '../../lib/index.ts'
import { counting, recording } from '../instruments/sources.ts'

interface Subscriber {
  onNext(item: unknown): void
  onError(error: unknown): void
  onComplete(): void
}

interface Subscription {
  request(n: number): void
  cancel(): unknown
}

type Output = Readable | AsyncIterable<unknown>

/** Each builds an output over a source that can be opened any number of times. */
const publishers: Readonly<Record<string, (source: AsyncIterable<number>) => Output>> = {
  'chain (streams)': (source) => streams.chain([source]),
  'merge (streams)': (source) => streams.merge([source, []]),
  'roundRobin (streams)': (source) => streams.roundRobin([source]),
  'a stage (streams)': (source) => streams.map((n: number) => n)(streams.chain([source])) as Readable,
  'fork (streams)': (source) =>
    streams.map((tuple: number[]) => tuple[0])(
      streams.fork([streams.map((n: number) => n)])(streams.chain([source])) as never,
    ),
  'a branch of a multicast (streams)': (source) => alone(streams.multicast(source, 2)),
  'a branch of a tee (streams)': (source) => alone(streams.tee(source, 2)),
  'a branch of a balance (streams)': (source) => alone(streams.balance(source, 2)),
  'chain (async)': (source) => async.chain([source]),
  'merge (async)': (source) => async.merge([source, []]),
  'a stage (async)': (source) => async.map((n: number) => n)(source),
  'a branch of a multicast (async)': (source) => alone(async.multicast(source, 2)),
  'a branch of a tee (async)': (source) => alone(async.tee(source, 2)),
  'a branch of a balance (async)': (source) => alone(async.balance(source, 2)),
}

/** Returns the first of two branches after the other has left. */
function alone([branch, other]: readonly (Readable | AsyncIterableIterator<number>)[]): Output {
  if (other instanceof Readable) other.destroy()
  else void other?.return?.()
  return branch as Output
}

/** The rules that do not apply here or cannot be tested, and why. */
const notApplicable: Readonly<Record<string, string>> = {
  '3.1': 'an obligation of the subscriber: with a single thread there is no subscriber context',
  '3.4': 'how long a call takes depends on the load of the machine; that it does not block is part of 3.3',
  '3.9': 'requesting fewer than one item is impossible: next() takes no number, and read(0) requests no item',
  '3.13':
    'test/streams/branch-readable.test.ts checks, with garbage collection, that references are released',
}

const tested = new Set<string>()

/** Runs a check for every publisher. */
function rule(
  numbers: string,
  sentence: string,
  check: (publish: (source: AsyncIterable<number>) => Output) => Promise<void>,
  only = /./,
): void {
  for (const number of numbers.split(', ')) tested.add(number)
  t.test(`TCK ${numbers}: ${sentence}`, async (t) => {
    for (const [name, publish] of Object.entries(publishers))
      if (only.test(name)) await t.resolves(check(publish), name)
  })
}

rule(
  '1.1, 1.2, 1.5, 3.8',
  'the subscriber receives as many items as it requested, or fewer if the output ends, and then onComplete',
  async (publish) => {
    const { log, subscription } = subscribed(publish(recording([1, 2, 3, 4, 5]).async))
    subscription.request(2)
    await quiet()
    assert.deepEqual(log, [1, 2])
    subscription.request(1)
    subscription.request(1)
    await quiet()
    assert.deepEqual(log, [1, 2, 3, 4])
    subscription.request(9)
    await quiet()
    assert.deepEqual(log, [1, 2, 3, 4, 5, 'complete'])
  },
)

rule('1.3', 'signals are serial', async (publish) => {
  let depth = 0
  const { log, subscription } = subscribed(publish(recording([1, 2, 3]).async), (log) => {
    assert.equal(++depth, 1)
    if (log.length < 4) subscription.request(1)
    depth--
  })
  subscription.request(2)
  await quiet()
  assert.deepEqual(log, [1, 2, 3, 'complete'])
})

rule(
  '1.4, 1.6, 1.7',
  'a failure is signalled by onError, after the items before it, and nothing follows',
  async (publish) => {
    const error = new Error('broken')
    const { async: source, record } = recording([1], error)
    const { log, subscription } = subscribed(publish(source))
    subscription.request(5)
    await quiet()
    assert.deepEqual(log.slice(0, 2), [1, error])
    subscription.request(5)
    await quiet()
    assert.equal(log.length, 2)
    assert.deepEqual([record.opened, record.closed], [1, 1])
  },
)

rule('1.7, 3.16', 'nothing follows onComplete, even if more is requested', async (publish) => {
  const { async: source, record } = recording([1])
  const { log, subscription } = subscribed(publish(source))
  subscription.request(5)
  await quiet()
  subscription.request(5)
  await quiet()
  assert.deepEqual(log, [1, 'complete'])
  assert.deepEqual([record.opened, record.closed], [1, 1])
})

rule(
  '1.8, 3.12',
  'after cancel, the subscriber receives no further signals and the source is not pulled again',
  async (publish) => {
    const { taken, asyncSource } = counting()
    const { log, subscription } = subscribed(publish(asyncSource), (log) => {
      if (log.length === 3) void subscription.cancel()
    })
    subscription.request(1000)
    await quiet()
    const pulled = taken()
    assert.ok(log.length >= 3 && log.length <= 4, `${log.length} signals`)
    subscription.request(1)
    await quiet()
    assert.equal(taken(), pulled)
  },
)

rule('1.9', 'before the first request nothing is signalled or opened', async (publish) => {
  const { async: source, record } = recording([1])
  const output = publish(source)
  await quiet()
  assert.equal(record.opened, 0)
  const { log, subscription } = subscribed(output)
  subscription.request(1)
  await quiet()
  assert.equal(log[0], 1)
})

rule(
  '1.10, 1.11',
  'an async output is opened afresh for each subscriber',
  async (publish) => {
    const output = publish(recording([1, 2]).async)
    for (let time = 0; time < 2; time++) {
      const { log, subscription } = subscribed(output)
      subscription.request(3)
      await quiet()
      assert.deepEqual(log, [1, 2, 'complete'])
    }
  },
  /^(chain|merge|a stage) \(async\)/,
)

t.test('TCK 1.11: each branch of a fan-out receives every item', async (t) => {
  for (const branches of [
    streams.multicast(recording([1, 2]).async, 3),
    streams.tee(recording([1, 2]).async, 3),
    async.multicast(recording([1, 2]).async, 3),
    async.tee(recording([1, 2]).async, 3),
  ]) {
    const all = [...branches].map((branch: Output) => subscribed(branch))
    for (const { subscription } of all) subscription.request(3)
    await quiet()
    for (const { log } of all) t.strictSame(log, [1, 2, 'complete'])
  }
})

rule('3.2, 3.3, 3.10, 3.11', 'requests from within onNext do not recurse without bound', async (publish) => {
  const items = Array.from({ length: 20_000 }, (_, i) => i)
  const { log, subscription, over } = subscribed(publish(recording(items).async), () =>
    subscription.request(1),
  )
  subscription.request(1)
  await over
  assert.deepEqual(log, [...items, 'complete'])
})

rule(
  '3.5, 3.6, 3.7, 3.15',
  'cancel is idempotent and returns normally, and later requests do nothing',
  async (publish) => {
    const { async: source, record } = recording([1, 2, 3, 4, 5])
    const { log, subscription } = subscribed(publish(source))
    subscription.request(1)
    await quiet()
    await subscription.cancel()
    await subscription.cancel()
    subscription.request(5)
    await quiet()
    assert.deepEqual(
      log.filter((signal) => signal !== 'complete'),
      [1],
    )
    assert.deepEqual([record.opened, record.closed], [1, 1])
  },
)

t.test('TCK 3.14: the source is closed when the last subscriber cancels, and not earlier', async (t) => {
  tested.add('3.14')
  for (const fanOut of [
    streams.multicast,
    streams.tee,
    async.multicast,
    async.tee,
  ] as unknown as (typeof async.tee)[]) {
    // More items than a Readable reads ahead.
    const { async: source, record } = recording([...Array(1000).keys()])
    const [a, b] = fanOut(source, 2) as unknown as [Output, Output]
    const [first, second] = [subscribed(a), subscribed(b)]
    first.subscription.request(1)
    second.subscription.request(1)
    await quiet()
    await first.subscription.cancel()
    await quiet()
    t.equal(record.closed, 0)
    await second.subscription.cancel()
    await quiet()
    t.equal(record.closed, 1)
  }
})

rule('3.17', 'any number of requests may be outstanding', async (publish) => {
  const { log, subscription, over } = subscribed(publish(recording([1, 2]).async))
  for (let i = 0; i < 1000; i++) subscription.request(10)
  await over
  assert.deepEqual(log, [1, 2, 'complete'])
})

t.test('TCK: every rule of a Publisher and its Subscription is tested, or a reason is given', async (t) => {
  const numbers = [
    ...Array.from({ length: 11 }, (_, i) => `1.${i + 1}`),
    ...Array.from({ length: 17 }, (_, i) => `3.${i + 1}`),
  ]
  for (const number of numbers) t.ok(tested.has(number) !== number in notApplicable, number)
})

/** Waits for background work to finish; the sources here need no more than microtasks. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
}

/** Subscribes with a subscriber that logs every signal. */
function subscribed(output: Output, after: (log: readonly unknown[]) => void = () => undefined) {
  const log: unknown[] = []
  let finish: () => void = () => undefined
  const over = new Promise<void>((resolve) => (finish = resolve))
  const note = (signal: unknown): void => {
    log.push(signal)
    after(log)
  }
  const end = (signal: unknown): void => {
    log.push(signal)
    finish()
  }
  const subscriber = { onNext: note, onError: end, onComplete: () => end('complete') }
  const subscription =
    output instanceof Readable ? ofReadable(output, subscriber) : ofIterator(output, subscriber)
  return { log, subscription, over }
}

function ofIterator(
  output: AsyncIterable<unknown>,
  { onNext, onError, onComplete }: Subscriber,
): Subscription {
  const iterator = output[Symbol.asyncIterator]()
  let isOver = false
  const end = (signal: () => void): void => {
    if (!isOver) signal()
    isOver = true
  }
  return {
    request(n) {
      for (let i = 0; i < n; i++) {
        void iterator.next().then(
          ({ done, value }) => (done === true ? end(onComplete) : onNext(value)),
          (error: unknown) => end(() => onError(error)),
        )
      }
    },
    cancel: () => iterator.return?.(),
  }
}

function ofReadable(output: Readable, { onNext, onError, onComplete }: Subscriber): Subscription {
  let [wanted, isReading] = [0, false]
  const read = (): void => {
    // Node can still read from the buffer of a destroyed stream, but that is no signal to the subscriber.
    if (isReading || output.destroyed) return
    isReading = true
    while (wanted > 0) {
      const item: unknown = output.read()
      if (item === null) break
      wanted--
      onNext(item)
    }
    isReading = false
  }
  output.on('readable', read).on('end', onComplete).on('error', onError)
  return {
    request(n) {
      wanted += n
      read()
    },
    cancel: () => output.destroy(),
  }
}
