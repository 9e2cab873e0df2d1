import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Writable, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { JsMsg } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import t from 'tap'
import { fromJetStream, type FromJetStreamOptions } from '../../lib/nats.ts'
import { drained } from '../instruments/drain.ts'
import {
  byNumber,
  range,
  startJetStream,
  startProgram,
  texts,
  unusedConnection,
  until,
} from '../instruments/nats.ts'

const { skip, server, nc, jsm, stream } = await startJetStream(t)
const durable = 'reader'
const pendingOf = async (name: string): Promise<number> =>
  (await jsm.consumers.list(name).next())[0]?.num_ack_pending ?? 0

t.test('nothing is created on the server before the first demand', { skip }, async (t) => {
  const name = await stream(3)
  const source = fromJetStream(nc, { stream: name, durable, until: 'last-at-start' })
  await nc.flush()
  t.strictSame(await jsm.consumers.list(name).next(), [])
  t.strictSame(await texts(source), range(1, 3))
  t.equal(
    (await jsm.consumers.info(name, durable)).ack_floor.stream_seq,
    3,
    'the last message is acknowledged',
  )
})

t.test('a source that is destroyed before it is read creates nothing', { skip }, async (t) => {
  const name = await stream(1)
  const source = fromJetStream(nc, { stream: name, durable }).destroy()
  await once(source, 'close')
  t.equal((await jsm.consumers.list(name).next()).length, 0)
})

for (const [highWaterMark, wanted] of [
  [undefined, 16],
  [5, 5],
] as const) {
  t.test(
    `with highWaterMark ${highWaterMark}, ${wanted} messages are unacknowledged`,
    { skip },
    async (t) => {
      const name = await stream(50)
      const source = fromJetStream(nc, { stream: name, durable, highWaterMark })
      source.read()
      await until(async () => (await pendingOf(name)) >= wanted)
      await nc.flush()
      t.equal(await pendingOf(name), wanted)
      t.equal((await jsm.consumers.info(name, durable)).config.max_ack_pending, wanted)
      source.destroy()
      await once(source, 'close')
    },
  )
}

t.test('an existing durable gets the highWaterMark of its reader', { skip }, async (t) => {
  const name = await stream(1)
  for (const highWaterMark of [4, 4, 2]) {
    await texts(fromJetStream(nc, { stream: name, durable, highWaterMark, until: 'last-at-start' }))
    t.equal((await jsm.consumers.info(name, durable)).config.max_ack_pending, highWaterMark)
  }
})

t.test('in flight never exceeds highWaterMark while a source is read', { skip }, async (t) => {
  const name = await stream(40)
  const seen: number[] = []
  for await (const message of fromJetStream(nc, { stream: name, durable, highWaterMark: 3, until: 40 })) {
    seen.push(await pendingOf(name))
    t.equal(message.seq, seen.length)
  }
  t.ok(Math.max(...seen) === 3, seen.join())
})

t.test('an item is acknowledged when the next one is requested, and not earlier', { skip }, async (t) => {
  const name = await stream(3)
  const floor = async () => (await jsm.consumers.info(name, durable)).ack_floor.stream_seq
  const floors = []
  for await (const message of fromJetStream(nc, { stream: name, durable, until: 'last-at-start' })) {
    await until(async () => (await floor()) >= message.seq - 1)
    floors.push([message.seq, await floor()])
  }
  t.strictSame(floors, [
    [1, 0],
    [2, 1],
    [3, 2],
  ])
  t.equal(await floor(), 3)
})

t.test('a flowing source that is paused has not acknowledged the item it paused at', { skip }, async (t) => {
  const name = await stream(4)
  const source = fromJetStream(nc, { stream: name, durable })
  const first = new Promise<void>((resolve) =>
    source.on('data', () => {
      source.pause()
      resolve()
    }),
  )
  await first
  await nc.flush()
  t.equal((await jsm.consumers.info(name, durable)).ack_floor.stream_seq, 0)
  source.destroy()
})

t.test(
  'a Writable with a highWaterMark of 1 has written an item before it is acknowledged',
  { skip },
  async (t) => {
    const name = await stream(5)
    const written: [number, number][] = []
    const floor = async () => (await jsm.consumers.info(name, durable)).ack_floor.stream_seq
    const write = async ({ seq }: JsMsg) => {
      await until(async () => (await floor()) >= seq - 1)
      written.push([seq, await floor()])
    }
    const sink = new Writable({
      objectMode: true,
      highWaterMark: 1,
      write: (message: JsMsg, _, callback) => void write(message).then(() => callback(), callback),
    })
    await pipeline(fromJetStream(nc, { stream: name, durable, until: 5 }), sink)
    t.strictSame(
      written,
      [1, 2, 3, 4, 5].map((seq) => [seq, seq - 1]),
    )
  },
)

t.test(
  "with ack: 'hand' items can be acknowledged in any order, and the others are redelivered",
  { skip },
  async (t) => {
    const name = await stream(4)
    const options = { stream: name, durable, ack: 'hand', until: 4 } as const
    for await (const message of fromJetStream(nc, options)) if (message.seq % 2 === 0) message.ack()
    t.equal(await pendingOf(name), 2)
    const rest = fromJetStream(nc, { ...options, until: 'last-at-start' })
    t.strictSame(await texts(rest), ['1', '3'])
  },
)

t.test("with ack: 'hand' an item that is refused is redelivered in the same run", { skip }, async (t) => {
  const name = await stream(2)
  const seen: number[] = []
  for await (const message of fromJetStream(nc, { stream: name, durable, ack: 'hand' })) {
    seen.push(message.seq)
    if (seen.length === 1) message.nak()
    else message.ack()
    if (seen.length === 3) break
  }
  t.strictSame(seen.toSorted(), [1, 1, 2])
})

t.test('an item that is overdue is not delivered twice in one run', { skip }, async (t) => {
  const name = await stream(3)
  const seen: number[] = []
  const options = { stream: name, durable, ackWait: 20, until: 'last-at-start' } as const
  for await (const { seq } of fromJetStream(nc, options)) {
    seen.push(seq)
    const redelivered = async () => (await jsm.consumers.info(name, durable)).delivered.consumer_seq > 3
    if (seq === 1) await until(redelivered)
  }
  t.strictSame(seen, [1, 2, 3])
})

t.test(
  'a durable continues after the last message acknowledged by its previous reader',
  { skip },
  async (t) => {
    const name = await stream(30)
    const seen: string[] = []
    for await (const message of fromJetStream(nc, { stream: name, durable })) {
      seen.push(message.string())
      if (seen.length === 10) break
    }
    const rest = await texts(fromJetStream(nc, { stream: name, durable, until: 'last-at-start' }))
    t.strictSame(
      [...seen, ...rest],
      [...range(1, 10), ...range(10, 30)],
      'the tenth message was not acknowledged',
    )
  },
)

for (const [body, atMost] of [
  ['slow', 1],
  ['fast', 4],
] as const) {
  t.test(
    `at most ${atMost} of the items that a ${body} process has read come again after it is killed`,
    { skip },
    async (t) => {
      const name = await stream(200)
      let seen = 0
      const follows = (item: unknown) =>
        t.ok(Number(item) <= seen + 1 && Number(item) > seen - atMost, `${item} comes after ${seen}`)
      for (let kills = 0; kills < 3; kills++) {
        const reader = startProgram(import.meta, 'read-durable', [server.url, name, body])
        const lines: number[] = []
        for await (const line of createInterface({ input: reader.stdout }))
          if (lines.push(Number(line)) === 7) reader.kill('SIGKILL')
        const [first] = lines as [number]
        follows(first)
        seen = first + lines.length - 1
        t.equal(lines.at(-1), seen, 'each follows the one before')
      }
      const rest = await texts(fromJetStream(nc, { stream: name, durable, until: 'last-at-start' }))
      follows(rest[0])
      t.strictSame(rest, range(Number(rest[0]), 200))
    },
  )
}

/** A source whose messages have all arrived, and the name of its stream. */
async function arrived(messages: number): Promise<Readable & { name: string }> {
  const name = await stream(messages)
  const source = fromJetStream(nc, { stream: name, durable })
  source.once('readable', () => undefined)
  await until(async () => (await pendingOf(name)) === messages)
  await nc.flush()
  return Object.assign(source, { name })
}

for (const [took, together] of [
  [0, 3],
  [2, 0],
] as const) {
  t.test(
    `of five items that took ${took} ms each, ${together} are acknowledged together with an earlier one`,
    { skip },
    async (t) => {
      const source = await arrived(10)
      const before = nc.stats().outMsgs
      const { now } = performance
      t.teardown(() => (performance.now = now))
      let time = 1000
      performance.now = () => time
      for (let i = 0; i < 5; i++) {
        source.read()
        time += took
      }
      t.equal(nc.stats().outMsgs, before + 4 - together)
      await new Promise<void>((resolve) => process.nextTick(resolve))
      t.equal(nc.stats().outMsgs, before + 4, 'the fifth item is still being dealt with')
      source.destroy()
    },
  )
}

t.test('a source that is destroyed has acknowledged the items before the last one', { skip }, async (t) => {
  const source = await arrived(10)
  const before = nc.stats().outMsgs
  for (let i = 0; i < 5; i++) source.read()
  source.destroy()
  t.equal(nc.stats().outMsgs, before + 4)
  await once(source, 'close')
  const rest = fromJetStream(nc, { stream: source.name, durable, until: 'last-at-start' })
  t.strictSame(await texts(rest), range(5, 10))
})

t.test('a source with a filter receives and resumes only its own messages', { skip }, async (t) => {
  const name = await stream()
  for (let i = 1; i <= 20; i++)
    await jsm.jetstream().publish(`${name}.${i % 2 === 0 ? 'even' : 'odd'}`, `${i}`)
  const options = { stream: name, durable, filter: `${name}.odd` }
  const seen: string[] = []
  for await (const message of fromJetStream(nc, { ...options, highWaterMark: 4 })) {
    seen.push(message.string())
    if (seen.length === 3) break
  }
  const rest = await texts(fromJetStream(nc, { ...options, until: 'last-at-start' }))
  t.strictSame([...seen, ...rest], ['1', '3', '5', '5', '7', '9', '11', '13', '15', '17', '19'])
  await t.rejects(texts(fromJetStream(nc, { ...options, filter: `${name}.even` })), {
    code: 'ERR_FANPIPE_ARGUMENT',
    argument: 'filter',
  })
  await t.rejects(texts(fromJetStream(nc, { stream: name, durable })), /^filter must be /)
  await jsm.consumers.add(name, { durable_name: 'all', ack_policy: 'explicit' })
  await t.rejects(texts(fromJetStream(nc, { ...options, durable: 'all' })), /^filter must be left out/)
})

t.test('readers that share a durable divide the messages between them', { skip }, async (t) => {
  const name = await stream(40)
  const options = { stream: name, durable, shared: true, highWaterMark: 6, until: { idle: 100 } } as const
  const both = await Promise.all([texts(fromJetStream(nc, options)), texts(fromJetStream(nc, options))])
  t.strictSame(both.flat().toSorted(byNumber), range(1, 40))
})

t.test('a shared reader that leaves returns its unacknowledged messages at once', { skip }, async (t) => {
  const name = await stream(10)
  const options = { stream: name, durable, shared: true } as const
  for await (const message of fromJetStream(nc, options)) if (message.seq === 3) break
  const rest = await texts(fromJetStream(nc, { ...options, until: { idle: 100 } }))
  t.strictSame(rest.toSorted(byNumber), range(3, 10))
})

const startsAndEnds: readonly [string, Partial<FromJetStreamOptions>, readonly string[]][] = [
  ['it starts at a sequence number', { start: 3, until: 'last-at-start' }, range(3, 6)],
  ['it starts at a time', { start: new Date(0), until: 2 }, range(1, 2)],
  ['it starts at the next message, and there is none', { start: 'next', until: 'last-at-start' }, []],
  ['it ends with a sequence number', { until: 4 }, range(1, 4)],
  [
    'it ends with the first item for which a predicate holds',
    { until: (m) => m.string() === '5' },
    range(1, 5),
  ],
  ['it ends after an idle period', { until: { idle: 20 } }, range(1, 6)],
]
for (const [title, options, wanted] of startsAndEnds) {
  t.test(title, { skip }, async (t) => {
    const name = await stream(6)
    t.strictSame(await texts(fromJetStream(nc, { stream: name, ...options })), wanted)
    t.equal((await jsm.consumers.list(name).next()).length, 0, 'without a durable, no consumer is left')
  })
}

t.test('a second reader of a durable that is not shared fails, and takes nothing', { skip }, async (t) => {
  const name = await stream(3)
  const options = { stream: name, durable } as const
  const first = fromJetStream(nc, options)
  const items = first.iterator({ destroyOnReturn: false })
  t.equal((await items.next()).value?.seq, 1)
  const { now } = performance
  t.teardown(() => (performance.now = now))
  let time = 0
  performance.now = () => (time += 5_000)
  await t.rejects(texts(fromJetStream(await server.connect(), { ...options, highWaterMark: 1 })), {
    code: 'ERR_FANPIPE_ARGUMENT',
    message:
      'durable must be a durable that nothing else reads, not "reader": ' +
      'choose another name, or set `shared: true` in all of its readers',
  })
  t.equal((await jsm.consumers.info(name, durable)).config.max_ack_pending, 16)
  for (const seq of [2, 3]) t.equal((await items.next()).value?.seq, seq)
  first.destroy()
})

t.test('a request that a reader has left behind is waited for until it expires', { skip }, async (t) => {
  const name = await stream()
  await jsm.consumers.add(name, { durable_name: durable, ack_policy: 'explicit' })
  const gone = nc.subscribe('gone')
  const request = JSON.stringify({ batch: 1, expires: 300e6 })
  nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${name}.${durable}`, request, { reply: 'gone' })
  t.equal((await jsm.consumers.info(name, durable)).num_waiting, 1)
  const reading = texts(fromJetStream(nc, { stream: name, durable, until: 1 }))
  await until(async () => (await jsm.consumers.info(name, durable)).num_waiting === 0)
  await jsm.jetstream().publish(`${name}.x`, '1')
  t.strictSame(await reading, ['1'])
  gone.unsubscribe()
})

t.test('destroyed while another reads its durable, it closes', { skip }, async (t) => {
  const name = await stream(1)
  const first = fromJetStream(nc, { stream: name, durable })
  await once(first, 'readable')
  const second = fromJetStream(nc, { stream: name, durable })
  second.read()
  for (let roundTrips = 0; roundTrips < 6; roundTrips++) await nc.flush()
  const start = performance.now()
  second.destroy()
  await once(second, 'close')
  const elapsed = performance.now() - start
  t.ok(elapsed < 500, `${elapsed} ms`)
  t.equal((await jsm.consumers.info(name, durable)).num_waiting, 1)
  first.destroy()
})

t.test('it ends at once when a durable has read everything', { skip }, async (t) => {
  const name = await stream(3)
  for (const wanted of [range(1, 3), []])
    t.strictSame(await texts(fromJetStream(nc, { stream: name, durable, until: 'last-at-start' })), wanted)
})

t.test(
  'it ends where it should, even if later messages have arrived or the last one was deleted',
  { skip },
  async (t) => {
    const name = await stream(6)
    const seen: string[] = []
    for await (const message of fromJetStream(nc, {
      stream: name,
      durable,
      until: 'last-at-start',
      highWaterMark: 1,
    })) {
      seen.push(message.string())
      if (seen.length > 1) continue
      await jsm.streams.deleteMessage(name, 6)
      await jsm.jetstream().publish(`${name}.x`, 'later')
    }
    t.strictSame(seen, range(1, 5))
    t.strictSame(await texts(fromJetStream(nc, { stream: name, durable, until: 'last-at-start' })), ['later'])
    const filtered = fromJetStream(nc, { stream: name, filter: `${name}.x`, until: 'last-at-start' })
    await jsm.jetstream().publish(`${name}.y`, 'on another subject')
    t.strictSame(
      await texts(filtered),
      [...range(1, 5), 'later'],
      'it ends with the last message of the subject',
    )
  },
)

for (const [what, options] of [
  ["'last-at-start'", { until: 'last-at-start' }],
  ['a sequence number', { until: 6 }],
  ['a durable', { until: 6, durable }],
] as const) {
  t.test(`it ends even if the remaining messages are purged: ${what}`, { skip }, async (t) => {
    const name = await stream(6)
    const seen: string[] = []
    for await (const message of fromJetStream(nc, { stream: name, highWaterMark: 1, ...options })) {
      if (seen.push(message.string()) === 2) await jsm.streams.purge(name)
    }
    t.strictSame(seen, range(1, 2))
  })
}

t.test('it ends at a sequence number whose message has another subject', { skip }, async (t) => {
  const name = await stream(2)
  const reading = texts(fromJetStream(nc, { stream: name, filter: `${name}.x`, until: 4 }))
  for (const subject of ['x', 'y']) await jsm.jetstream().publish(`${name}.${subject}`, subject)
  t.strictSame(await reading, ['1', '2', 'x'])
})

t.test('readers that share a durable all end, whichever receives the last message', { skip }, async (t) => {
  for (const end of ['last-at-start', 20] as const) {
    const name = await stream(20)
    const options = { stream: name, durable, shared: true, highWaterMark: 4, until: end } as const
    const both = await Promise.all([texts(fromJetStream(nc, options)), texts(fromJetStream(nc, options))])
    t.equal(both.flat().length, 20)
  }
})

t.test('a shared reader that ends returns the messages after its end', { skip }, async (t) => {
  const name = await stream(6)
  const options = { stream: name, durable, shared: true, highWaterMark: 1 } as const
  t.strictSame(await texts(fromJetStream(nc, { ...options, until: 2 })), range(1, 2))
  t.strictSame(await texts(fromJetStream(nc, { ...options, until: 1 })), [])
  const rest = await texts(fromJetStream(nc, { ...options, until: { idle: 200 } }))
  t.strictSame(rest, range(3, 6))
})

t.test(
  'a message that arrives after the end, while the source is paused, is not delivered',
  { skip },
  async (t) => {
    const name = await stream(1)
    const source = fromJetStream(nc, { stream: name, durable, until: { idle: 20 } })
    const seen: string[] = []
    source.on('data', (message) => seen.push(message.string()))
    await once(source, 'data')
    await nc.flush()
    source.pause()
    await new Promise((resolve) => setTimeout(resolve, 60))
    await jsm.jetstream().publish(`${name}.x`, '2')
    await nc.flush()
    source.resume()
    await once(source, 'end')
    t.strictSame(seen, ['1'])
    t.strictSame(await texts(fromJetStream(nc, { stream: name, durable, until: 'last-at-start' })), ['2'])
  },
)

t.test('a predicate that returns a promise is refused', { skip }, async (t) => {
  const name = await stream(2)
  const isLast = (() => Promise.resolve(false)) as unknown as () => boolean
  await t.rejects(texts(fromJetStream(nc, { stream: name, until: isLast })), {
    code: 'ERR_FANPIPE_ARGUMENT',
    argument: 'until',
  })
})

t.test(
  'a stream that was deleted and created again is not mistaken for the original one',
  { skip },
  async (t) => {
    for (const options of [{}, { durable }]) {
      const name = await stream(5)
      const read = async (): Promise<void> => {
        for await (const { seq } of fromJetStream(nc, { stream: name, ...options })) {
          if (seq !== 5) continue
          await Promise.all([
            jsm.streams.delete(name),
            jsm.streams.add({ name, subjects: [`${name}.>`] }),
            jsm.consumers.add(name, { durable_name: durable, ack_policy: 'explicit' }),
          ])
          for (const item of range(1, 3)) await jsm.jetstream().publish(`${name}.x`, item)
        }
      }
      await t.rejects(read(), { message: new RegExp(`^stream ${name}.*: it was created again`) })
    }
  },
)

t.test('a message that arrives within the idle period resets it', { skip }, async (t) => {
  const name = await stream(1)
  const items = fromJetStream(nc, { stream: name, until: { idle: 5_000 } }).iterator()
  t.match((await items.next()).value, { seq: 1 })
  const next = items.next()
  await jsm.jetstream().publish(`${name}.x`, '2')
  t.match((await next).value, { seq: 2 })
  await items.return?.()
})

t.test('a predicate that throws fails the source', { skip }, async (t) => {
  const name = await stream(1)
  const until = (): boolean => {
    throw new Error('no idea')
  }
  await t.rejects(texts(fromJetStream(nc, { stream: name, until })), { message: 'no idea' })
})

t.test('a signal aborts the source while it is waiting', { skip }, async (t) => {
  const name = await stream(2)
  const stop = new AbortController()
  const { items, error } = await drained(
    fromJetStream(nc, { stream: name, durable, signal: stop.signal }).map((message) => {
      if (message.seq === 2) setImmediate(() => stop.abort('enough'))
      return message.string()
    }),
  )
  t.strictSame(items, range(1, 2))
  t.match(error, { name: 'AbortError', cause: 'enough' })
})

t.test('destroyed while opening, it leaves no consumer and no subscription', { skip }, async (t) => {
  const name = await stream(1)
  for (const turns of [0, 1, 2, 3, 4, 6]) {
    const source = fromJetStream(nc, { stream: name })
    source.read()
    for (let i = 0; i < turns; i++) await nc.flush()
    source.destroy()
    await once(source, 'close')
  }
  await until(async () => (await jsm.consumers.list(name).next()).length === 0)
  t.equal((await jsm.consumers.list(name).next()).length, 0)
})

t.test('a missing stream is an error of the client', { skip }, async (t) => {
  await t.rejects(texts(fromJetStream(nc, { stream: 'nowhere' })), {
    name: 'StreamNotFoundError',
    message: 'stream nowhere: stream not found; create it first',
  })
})

t.test('a filter that the stream does not store is refused, and the error names it', { skip }, async (t) => {
  const name = await stream(1)
  await t.rejects(
    texts(fromJetStream(nc, { stream: name, filter: 'elsewhere.x' })),
    new RegExp(`^filter must be a subject that stream ${name} stores, not "elsewhere.x"`),
  )
})

t.test('any other refusal is an error of the client that names stream and durable', { skip }, async (t) => {
  const name = await stream(1, { max_consumers: 1 })
  await jsm.consumers.add(name, { durable_name: durable, ack_policy: 'explicit' })
  const message = new RegExp(`^stream ${name}, durable other: maximum consumers`)
  await t.rejects(texts(fromJetStream(nc, { stream: name, durable: 'other' })), { code: 10026, message })
})

t.test(
  "with ack: 'hand' it ends with the messages that have arrived, acknowledged or not",
  { skip },
  async (t) => {
    const name = await stream(4)
    const options = { stream: name, durable, ack: 'hand', highWaterMark: 2, until: 4 } as const
    const seen: string[] = []
    for await (const message of fromJetStream(nc, options)) {
      seen.push(message.string())
      if (seen.length === 2) await jsm.streams.purge(name)
    }
    t.strictSame(seen, range(1, 2))
  },
)

t.test('a fractional ackWait is rounded to milliseconds', { skip }, async (t) => {
  const name = await stream(1)
  const options = { stream: name, durable, until: 'last-at-start', ackWait: 20.12345678 } as const
  t.strictSame(await texts(fromJetStream(nc, options)), ['1'])
  t.equal((await jsm.consumers.info(name, durable)).config.ack_wait, 20_123_457)
})

t.test('a durable that cannot be read is refused, and the error names it', { skip }, async (t) => {
  const name = await stream()
  await jsm.consumers.add(name, { durable_name: 'free', ack_policy: 'none' })
  await t.rejects(texts(fromJetStream(nc, { stream: name, durable: 'free' })), /^durable must be /)
})

t.test('deleting a durable fails its reader after the messages that have arrived', { skip }, async (t) => {
  const name = await stream(3)
  const seen: string[] = []
  const read = async (): Promise<void> => {
    for await (const message of fromJetStream(nc, { stream: name, durable })) {
      seen.push(message.string())
      if (seen.length === 1) await jsm.consumers.delete(name, durable)
    }
  }
  const message = `stream ${name}, durable ${durable}: consumer not found; it was deleted on the server`
  await t.rejects(read(), { name: 'ConsumerNotFoundError', message })
  t.strictSame(seen, range(1, 3))
})

t.test('closing the connection fails its sources', { skip }, async (t) => {
  const name = await stream(2)
  const other = await server.connect()
  const source = fromJetStream(other, { stream: name, durable, highWaterMark: 1 })
  const waiting = fromJetStream(other, { stream: name, until: (m) => m.seq > 100 })
  const failed = texts(waiting).catch((error: unknown) => error)
  const read = async (): Promise<void> => {
    for await (const message of source) if (message.seq === 1) await other.close()
  }
  await t.rejects(read(), {
    message: `stream ${name}, durable ${durable}: the connection to NATS was closed`,
  })
  t.match(await failed, { message: /closed/ })
})

const refused: readonly [string, unknown][] = [
  ['nc', [{}, { stream: 'a' }]],
  ['options', [undefined, 7]],
  ['stream', [undefined, {}]],
  ['stream', [undefined, { stream: 'a.b' }]],
  ['filter', [undefined, { stream: 'a', filter: 'a..b' }]],
  ['filter', [undefined, { stream: 'a', filter: 'a.b*' }]],
  ['filter', [undefined, { stream: 'a', filter: '>.b' }]],
  ['durable', [undefined, { stream: 'a', durable: '' }]],
  ['durable', [undefined, { stream: 'a', durable: 'a\u0000b' }]],
  ['durable', [undefined, { stream: 'a', durable: 'a'.repeat(256) }]],
  ['start', [undefined, { stream: 'a', start: 0 }]],
  ['start', [undefined, { stream: 'a', start: new Date(NaN) }]],
  ['start', [undefined, { stream: 'a', start: new Date(8.64e15) }]],
  ['until', [undefined, { stream: 'a', until: 'never' }]],
  ['until', [undefined, { stream: 'a', until: { idle: -1 } }]],
  ['ack', [undefined, { stream: 'a', ack: 'push' }]],
  ['highWaterMark', [undefined, { stream: 'a', highWaterMark: 0 }]],
  ['ackWait', [undefined, { stream: 'a', ackWait: '1' }]],
  ['ackWait', [undefined, { stream: 'a', ackWait: 0 }]],
  ['shared', [undefined, { stream: 'a', shared: true }]],
  ['lag', [undefined, { stream: 'a', lag: 1 }]],
]
for (const [argument, args] of refused) {
  t.test(`${argument} is refused at the call: ${JSON.stringify(args)}`, async (t) => {
    const [first = unusedConnection, options] = args as [NatsConnection, FromJetStreamOptions]
    t.throws(() => fromJetStream(first, options), { code: 'ERR_FANPIPE_ARGUMENT', argument })
  })
}
