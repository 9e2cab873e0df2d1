import { EventEmitter } from 'node:events'
import { Readable } from 'node:stream'
import { ReadableStream } from 'node:stream/web'
import t from 'tap'
import * as async from '../../lib/async.ts'
import * as iter from '../../lib/iter.ts'
import * as streams from '../../lib/index.ts'
import { collect, faces } from '../instruments/faces.ts'

for (const face of faces) {
  const { chain, merge, roundRobin } = face.api

  t.test(
    `inputs (${face.name}): a value that is not a source is an ArgumentError at the call, naming the input`,
    async (t) => {
      for (const input of [
        'text',
        Buffer.from('bytes'),
        new String('s'),
        7,
        null,
        undefined,
        {},
        (n: number) => [n],
        true,
      ]) {
        t.throws(
          () => chain([[1], input as never]),
          { code: 'ERR_FANPIPE_ARGUMENT', argument: 'inputs[1]' },
          String(input),
        )
      }
      for (const inputs of ['text', Buffer.from('bytes'), 7, null, undefined, {}, () => []]) {
        t.throws(
          () => chain(inputs as never),
          { code: 'ERR_FANPIPE_ARGUMENT', argument: 'inputs' },
          String(inputs),
        )
      }
    },
  )

  t.test(
    `inputs (${face.name}): a value in a lazy list that is not a source is named when it is reached`,
    async (t) => {
      const lazy = new Set([[1], 7 as never])
      await t.rejects(collect(chain(lazy)), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'inputs[1]' })
      await t.rejects(collect(chain([() => 7 as never])), {
        code: 'ERR_FANPIPE_ARGUMENT',
        argument: 'what inputs[0] returns',
      })
    },
  )

  t.test(
    `options (${face.name}): unknown options and values out of range are refused at the call`,
    async (t) => {
      const refused = (options: object, argument: string): void =>
        void t.throws(() => merge([[1]], options), { code: 'ERR_FANPIPE_ARGUMENT', argument })
      refused({ colour: 1 }, 'colour')
      refused({ toString: 1 }, 'toString')
      refused({ key: 'name' }, 'key')
      refused({ reverse: 1 }, 'reverse')
      refused({ compare: {} }, 'compare')
      refused({ order: 'none' }, 'order')
      refused({ labels: 'abc' }, 'labels')
      refused({ labels: [1] }, 'labels')
      refused({ signal: {} }, 'signal')
      refused({ closeTimeout: -1 }, 'closeTimeout')
      refused({ closeTimeout: 2 ** 31 }, 'closeTimeout')
      t.throws(() => merge([[1]], [] as never), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'options' })
      t.strictSame(await collect(merge([[1]], { key: undefined, signal: undefined })), [1])
    },
  )

  t.test(
    `chain (${face.name}): 10,000 nested chains do not overflow the stack, nor does a merge`,
    async (t) => {
      let chained: Iterable<number> = [1, 2]
      let merged: Iterable<number> = [1, 2]
      for (let i = 0; i < 10_000; i++) {
        chained = chain([chained])
        merged = merge([merged])
      }
      t.strictSame(await collect(chained), [1, 2])
      t.strictSame(await collect(merged), [1, 2])
    },
  )

  t.test(
    `chain (${face.name}): endless nesting, each chain the last input of the one before, retains no frames`,
    async (t) => {
      const nested = (n: number): Iterable<number> =>
        chain(
          (function* () {
            yield [n]
            if (n < 300) yield nested(n + 1)
          })(),
        )
      t.equal((await collect(nested(0))).length, 301)
    },
  )

  t.test(
    `roundRobin (${face.name}): 500 nested ones work; more than 1,000 are an ArgumentError at the call`,
    async (t) => {
      let nested: Iterable<number> = [1, 2]
      for (let i = 0; i < 500; i++) nested = roundRobin([nested])
      t.strictSame(await collect(nested), [1, 2])
      t.throws(
        () => {
          for (let i = 0; i < 1001; i++) nested = roundRobin([nested, []])
        },
        { code: 'ERR_FANPIPE_ARGUMENT' },
      )
    },
  )

  t.test(
    `roundRobin (${face.name}): nesting too deeply through functions is also an ArgumentError, never a RangeError`,
    async (t) => {
      const nested = (): Iterable<number> => roundRobin([nested])
      await t.rejects(collect(roundRobin([nested])), { code: 'ERR_FANPIPE_ARGUMENT' })
    },
  )

  t.test(
    `chain (${face.name}): an array of inputs is a snapshot, an array that grows is read to its end`,
    async (t) => {
      const input = [1]
      const inputs = [input]
      const output = chain(inputs)
      inputs.push([9])
      input.push(2)
      t.strictSame(await collect(output), [1, 2])
    },
  )

  t.test(
    `chain (${face.name}): an iterator that throws on opening fails when its turn comes, and is named`,
    async (t) => {
      const error = new Error('cannot open')
      const broken = {
        [Symbol.iterator]() {
          throw error
        },
      }
      await t.rejects(collect(chain([[1], broken], { labels: ['a', 'b'] })), error)
      t.strictSame(face.api.sourceOf(error), [{ index: 1, label: 'b' }])
      t.equal(face.api.sourceOf('text'), undefined)
    },
  )
}

t.test('inputs (iter): asynchronous inputs are refused, and the message names fanpipe/async', async (t) => {
  for (const input of [Readable.from([1]), (async function* () {})()]) {
    t.throws(() => iter.chain([input as never]), { code: 'ERR_FANPIPE_ARGUMENT', message: /fanpipe\/async/ })
  }
})

for (const face of faces.filter(({ name }) => name !== 'iter')) {
  const { chain, merge } = face.api
  const given = (stream: unknown): Iterable<number> => stream as Iterable<number>

  t.test(`inputs (${face.name}): promises among the items of an iterable are awaited`, async (t) => {
    t.strictSame(await collect(chain([[Promise.resolve(1), { then: 'no promise' }, 2]])), [
      1,
      { then: 'no promise' },
      2,
    ])
    const error = new Error('rejected')
    const rejected = Promise.reject(error)
    await t.rejects(collect(chain([[1, rejected]])), error)
    t.strictSame(face.api.sourceOf(error), [{ index: 0, label: undefined }])
  })

  t.test(
    `inputs (${face.name}): a web ReadableStream is read, cancelled, and refused when locked`,
    async (t) => {
      const numbers = (): ReadableStream<number> =>
        new ReadableStream({
          start(controller) {
            for (const n of [1, 2, 3]) controller.enqueue(n)
            controller.close()
          },
        })
      const whole = numbers()
      t.strictSame(await collect(chain([given(whole), [4]])), [1, 2, 3, 4])
      t.notOk(whole.locked, 'unlocked at its end')
      let cancelled = 0
      const endless = (): ReadableStream<number> =>
        new ReadableStream({
          pull: (controller) => controller.enqueue(1),
          cancel: () => void cancelled++,
        })
      const left = endless()
      t.equal((await collect(chain([given(left)]), 3)).length, 3)
      t.notOk(left.locked, 'unlocked after an early exit')
      t.equal(cancelled, 1)
      t.equal((await collect(face.api.fence(1)(chain([[1], given(endless())])))).length, 1)
      t.equal(cancelled, 2, 'cancelled even if never reached')
      const error = new Error('broken')
      const broken = new ReadableStream({ start: (controller) => controller.error(error) })
      await t.rejects(collect(chain([given(broken)])), error)
      t.equal(face.api.closeFaultsOf(error), undefined)
      t.notOk(broken.locked, 'unlocked after a failure')
      const locked = numbers()
      locked.getReader()
      t.throws(() => chain([given(locked)]), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'inputs[0]' })
      const twice = numbers()
      t.throws(() => chain([given(twice), given(twice)]), { code: 'ERR_FANPIPE_ARGUMENT' })
    },
  )

  t.test(`inputs (${face.name}): a stream passed twice, or one that is flowing, is refused`, async (t) => {
    const stream = Readable.from([1])
    t.throws(() => chain([given(stream), given(stream)]), {
      code: 'ERR_FANPIPE_ARGUMENT',
      argument: 'inputs[1]',
    })
    const flowing = Readable.from([1]).resume()
    t.throws(() => chain([given(flowing)]), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'inputs[0]' })
  })

  t.test(`inputs (${face.name}): byte streams are refused by junctions that order items`, async (t) => {
    const bytes = (): Readable => Readable.from(Buffer.from('abc'), { objectMode: false })
    for (const join of [merge, face.api.roundRobin, face.api.zip] as unknown as ((
      inputs: unknown[],
    ) => Iterable<number>)[]) {
      t.throws(() => join([bytes()]), {
        code: 'ERR_FANPIPE_ARGUMENT',
        message: /split the bytes into lines or rows/,
      })
      await t.rejects(collect(join([bytes])), { code: 'ERR_FANPIPE_ARGUMENT', message: /split the bytes/ })
      await t.rejects(collect(join([() => chain([given(bytes())])])), { code: 'ERR_FANPIPE_ARGUMENT' })
    }
    t.throws(() => chain([given(bytes()), [1]]), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'inputs[1]' })
    t.throws(() => chain([[1], given(bytes())]), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'inputs[0]' })
  })
}

t.test('byte mode: an output is in byte mode when every input is, or when objectMode is false', async (t) => {
  const bytes = (): Readable => Readable.from([Buffer.from('ab'), Buffer.from('c')], { objectMode: false })
  const both = streams.chain([bytes(), bytes()])
  t.equal(both.readableObjectMode, false)
  t.equal(Buffer.concat(await collect<Buffer>(both)).toString(), 'abcabc')
  const later = streams.chain([bytes], { objectMode: false, highWaterMark: 7 })
  t.equal(later.readableObjectMode, false)
  t.equal(later.readableHighWaterMark, 7)
  t.equal(Buffer.concat(await collect<Buffer>(later)).toString(), 'abc')
  t.equal(streams.chain([bytes]).readableObjectMode, true)
  t.throws(() => streams.chain([[1]], { objectMode: false }), {
    code: 'ERR_FANPIPE_ARGUMENT',
    argument: 'objectMode',
  })
  await t.rejects(collect(streams.chain([() => [1]], { objectMode: false })), {
    code: 'ERR_FANPIPE_ARGUMENT',
  })
  t.throws(() => streams.chain([[1]], { highWaterMark: -1 }), {
    code: 'ERR_FANPIPE_ARGUMENT',
    argument: 'highWaterMark',
  })
  t.strictSame(await collect(streams.chain([[1, 2]], { highWaterMark: 0 })), [1, 2])
})

t.test(
  'byte mode: bytes mixed with inputs of unknown mode are items, unless objectMode is false',
  async (t) => {
    const bytes = (): Readable => Readable.from([Buffer.from('ab')], { objectMode: false })
    const mixed = streams.chain([bytes(), bytes])
    t.equal(mixed.readableObjectMode, true)
    t.strictSame(await collect(mixed), [Buffer.from('ab'), Buffer.from('ab')])
    const [one, two] = streams.multicast(bytes(), 2)
    t.strictSame(await Promise.all([one, two].map((branch) => collect(branch))), [
      [Buffer.from('ab')],
      [Buffer.from('ab')],
    ])
  },
)

t.test('iter: an iterator is its own iterable, and remains ended', async (t) => {
  const iterator = iter.chain([[1]])[Symbol.iterator]() as IterableIterator<number>
  t.equal(iterator[Symbol.iterator](), iterator)
  t.strictSame([...iterator], [1])
  t.strictSame(iterator.next(), { done: true, value: undefined })
  t.strictSame([...iter.fence(5)([1, 2])], [1, 2])
})

t.test('async: an iterator whose next() throws synchronously fails when its turn comes', async (t) => {
  const error = new Error('no promise')
  const rude = (where: 'open' | 'next'): AsyncIterable<number> => ({
    [Symbol.asyncIterator]() {
      if (where === 'open') throw error
      return {
        next() {
          throw error
        },
      }
    },
  })
  for (const where of ['open', 'next'] as const) {
    await t.rejects(collect(async.chain([[1], rude(where)])), error)
    t.strictSame(async.sourceOf(error), [{ index: 1, label: undefined }])
  }
})

/** A stream that follows Node's contract but is not a Node stream. */
class Foreign extends EventEmitter {
  readonly items: unknown[]
  destroyed = false
  constructor(...items: unknown[]) {
    super()
    this.items = items
  }
  read(): unknown {
    const item = this.items.shift()
    if (item === undefined) setImmediate(() => this.emit('end'))
    return item ?? null
  }
  pipe(): void {}
  destroy(): void {
    this.destroyed = true
  }
}

t.test(
  'async: a stream can be read once; opening it again is an ArgumentError, not an empty result',
  async (t) => {
    const once = async.chain([Readable.from([1, 2])])
    t.strictSame(await collect(once), [1, 2])
    await t.rejects(collect(once), { code: 'ERR_FANPIPE_ARGUMENT' })
  },
)

t.test("a stream of another library can be read if it follows Node's contract", async (t) => {
  const objects = Object.assign(new Foreign(1, 2), { readableObjectMode: true })
  t.strictSame(await collect(async.chain([objects as never])), [1, 2])
  t.strictSame(objects.eventNames(), [])
  const chunks = Object.assign(new Foreign('a', 'b'), { readableObjectMode: false })
  t.strictSame(await collect(async.chain([chunks as never])), ['a', 'b'])
  const gone = Object.assign(new Foreign(), { destroyed: true, readableObjectMode: true })
  await t.rejects(collect(async.chain([gone as never])), { code: 'ERR_STREAM_PREMATURE_CLOSE' })
})
