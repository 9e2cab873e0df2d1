import { once } from 'node:events'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import t from 'tap'
import {
  chain,
  duplex,
  filter,
  fork,
  map,
  merge,
  multicast,
  multicastSink,
  roundRobin,
  tee,
} from '../../lib/index.ts'
import { drained } from '../instruments/drain.ts'

function* endless(): Generator<number> {
  for (let n = 0; ; n++) yield n
}

const one = (n: number): number => n

/** Readable outputs of each kind over an endless synchronous source. */
const outputs: Record<string, (options: { highWaterMark?: number }) => Readable> = {
  chain: (options) => chain([endless()], options),
  roundRobin: (options) => roundRobin([endless(), endless()], options),
  merge: (options) => merge([endless(), endless()], options),
  'a merge of streams': (options) =>
    merge([chain([endless()], options), chain([endless()], options)], options),
  multicast: (options) => multicast(endless(), 1, options)[0],
  tee: (options) => tee(endless(), 1, options)[0],
  fork: (options) => fork([map(one), map(one)])(chain([endless()], options)),
  filter: (options) => filter((n: number) => n % 3 === 0)(chain([endless()], options)),
  'a promise per item': (options) => chain([map(async (n: number) => n)(endless())], options),
  'an async generator': (options) =>
    chain(
      [
        async function* () {
          yield* endless()
        },
      ],
      options,
    ),
}

type Stopped = () => boolean

const readAll = async (output: Readable, stopped: Stopped): Promise<void> => {
  await new Promise<void>((resolve) => output.on('data', () => stopped() && resolve()))
  output.destroy()
}

/** Ways to read until `stopped` returns true. */
const readings: Record<string, (output: Readable, stopped: Stopped) => Promise<void>> = {
  'for await': async (output, stopped) => {
    for await (const item of output) if (item !== undefined && stopped()) return
  },
  'read()': async (output, stopped) => {
    while (!stopped()) if (output.read() === null) await once(output, 'readable')
    output.destroy()
  },
  "'data'": readAll,
  'a pipeline into an async function': async (output, stopped) => {
    await pipeline(output, async (items: AsyncIterable<unknown>) => {
      for await (const item of items) if (item !== undefined && stopped()) return
    })
  },
  'a pipeline into a Writable': async (output, stopped) => {
    const sink = new Writable({
      objectMode: true,
      write: (_item, _encoding, callback) => callback(stopped() ? new Error('stopped') : null),
    })
    await t.rejects(pipeline(output, sink), { message: 'stopped' })
  },
}

/** Returns true once a timer has fired, and fails the test after so many calls that it should have. */
function timer(t: { fail(message: string): unknown }): Stopped {
  let fired = false
  setTimeout(() => (fired = true), 1)
  let calls = 0
  return () => {
    if (!fired && calls++ < 3_000_000) return false
    if (!fired) t.fail('the timer never fired')
    return true
  }
}

for (const [reading, read] of Object.entries(readings)) {
  for (const highWaterMark of reading === 'for await' ? [1, 16] : [16]) {
    t.test(`a timer fires: ${reading}, highWaterMark ${highWaterMark}`, async (t) => {
      await t.resolves(read(chain([endless()], { highWaterMark }), timer(t)))
    })
  }
}

for (const [output, make] of Object.entries(outputs)) {
  t.test(`a timer fires while an endless synchronous source is read through ${output}`, async (t) => {
    await t.resolves(readAll(make({ highWaterMark: 2 }), timer(t)))
  })
}

t.test('a timer fires while every branch of a multicast is read', async (t) => {
  for (const branches of [multicast(endless(), 3, { highWaterMark: 1, maxlen: 32 }), tee(endless(), 3)]) {
    const stopped = timer(t)
    await t.resolves(Promise.all([...branches].map((branch) => readAll(branch, stopped))))
  }
})

t.test(
  'a timer fires while an endless synchronous source is piped into a multicastSink or a duplex',
  async (t) => {
    const stopped = timer(t)
    const sink = multicastSink(2, { highWaterMark: 1 })
    const reads = sink.branches.map((branch) => readAll(branch, stopped))
    await t.rejects(pipeline(endless(), sink), { code: 'ERR_STREAM_PREMATURE_CLOSE' })
    await Promise.all(reads)

    const source = Readable.from(endless())
    await t.resolves(readAll(source.pipe(duplex(map(one))), timer(t)))
    source.destroy()
  },
)

const boom = new Error('boom')

async function* chunks(): AsyncGenerator<Buffer> {
  yield Buffer.from('abc')
  yield Buffer.from('de')
  throw boom
}

/** A byte stream that fails once both chunks have been taken. */
const failingBytes = (): Readable => Readable.from(chunks(), { objectMode: false, highWaterMark: 1 })

const bytesOf: Record<string, () => Readable> = {
  chain: () => chain([failingBytes()]),
  'a chain that opens its input late': () => chain([failingBytes], { objectMode: false }),
  multicast: () => multicast(failingBytes(), 1)[0],
  tee: () => tee(failingBytes(), 1)[0],
}

for (const [name, make] of Object.entries(bytesOf)) {
  t.test(`${name}: read(n) returns what is left before an error, and the error follows`, async (t) => {
    for (const n of [1, 2, 3, 4, 5, 6, 100]) {
      for (const encoding of [undefined, 'utf8'] as const) {
        const stream = make()
        if (encoding !== undefined) stream.setEncoding(encoding)
        let text = ''
        stream.on('readable', () => {
          for (let chunk: unknown = stream.read(n); chunk !== null; chunk = stream.read(n))
            text += String(chunk)
        })
        const [error] = (await once(stream, 'error').catch((error: unknown) => [error])) as [unknown]
        t.equal(error, boom, `${n} at a time`)
        t.equal(text, 'abcde')
      }
    }
  })
}

t.test('what is left before an error is still available to a later reader', async (t) => {
  const stream = chain([failingBytes()])
  stream.once('readable', () => undefined)
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate)
  t.equal(String(stream.read(3)), 'abc')
  t.equal(String(stream.read(3)), 'de')
  t.strictSame(await once(stream, 'error').catch((error: unknown) => [error]), [boom])
})

for (const [name, make] of Object.entries(bytesOf)) {
  t.test(`${name}: what is put back after everything has been read comes before the error`, async (t) => {
    const stream = make()
    stream.once('readable', () => undefined)
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate)
    const all: Buffer[] = []
    for (let chunk: unknown = stream.read(); chunk !== null; chunk = stream.read()) all.push(chunk as Buffer)
    t.equal(Buffer.concat(all).toString(), 'abcde')
    stream.unshift(Buffer.from('cde'))
    const { items, error } = await drained(stream)
    t.equal(Buffer.concat(items as Buffer[]).toString(), 'cde')
    t.equal(error, boom)
  })
}

t.test('a duplex returns what is left before an error, however much is requested', async (t) => {
  const through = duplex(
    map((n: number) => {
      if (n === 3) throw boom
      return n
    }),
  )
  const items: unknown[] = []
  through.on('readable', () => {
    for (let item: unknown = through.read(5); item !== null; item = through.read(5)) items.push(item)
  })
  const failed = once(through, 'error').catch((error: unknown) => [error])
  for (const n of [1, 2, 3]) through.write(n)
  const [error] = (await failed) as [unknown]
  t.equal(error, boom)
  t.strictSame(items, [1, 2])
})
