/** Stages that take or drop a prefix of their input, and chunks. */
import assert from 'node:assert/strict'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import fc from 'fast-check'
import t from 'tap'
import * as async from '../../lib/async.ts'
import * as streams from '../../lib/index.ts'
import * as iter from '../../lib/iter.ts'
import { collect, faces } from '../instruments/faces.ts'
import { panicking } from '../instruments/sources.ts'

t.test('take is fence, in every face', async (t) => {
  t.equal(iter.take, iter.fence)
  t.equal(async.take as unknown, async.fence)
  t.equal(streams.take as unknown, streams.fence)
  t.strictSame([...iter.take(0)(panicking)], [])
})

const isSmall = (n: number): boolean => n < 3

for (const face of faces) {
  const { dropWhile, takeWhile } = face.api

  t.test(`takeWhile (${face.name}): takes one item too many, and closes upstream once`, async (t) => {
    const { input, record } = face.recorded([1, 2, 3, 1, 2])
    t.strictSame(await collect(takeWhile(isSmall)(input)), [1, 2])
    t.strictSame(record, { opened: 1, closed: 1, pulled: 3 })
    const none = face.recorded([1, 2])
    t.strictSame(await collect(takeWhile(() => false)(none.input)), [])
    t.strictSame(none.record, { opened: 1, closed: 1, pulled: 1 })
  })

  t.test(`takeWhile (${face.name}): an error that upstream would throw later is never reached`, async (t) => {
    const { input } = face.recorded([1, 3], new Error('later'))
    t.strictSame(await collect(takeWhile(isSmall)(input)), [1])
  })

  t.test(
    `takeWhile, dropWhile (${face.name}): an error thrown by the predicate arrives unchanged`,
    async (t) => {
      const error = new Error('broken')
      const predicate = (): never => {
        throw error
      }
      for (const stage of [takeWhile(predicate), dropWhile(predicate)]) {
        const { input, record } = face.recorded([1, 2])
        await t.rejects(collect(stage(input)), error)
        t.equal(record.closed, 1)
      }
    },
  )

  t.test(
    `dropWhile (${face.name}): does not call the predicate again once it has returned false`,
    async (t) => {
      const asked: number[] = []
      const stage = dropWhile((n: number) => (asked.push(n), isSmall(n)))
      t.strictSame(await collect(stage(face.source([1, 2, 3, 1]))), [3, 1])
      t.strictSame(asked, [1, 2, 3])
    },
  )
}

t.test('takeWhile: a pipeline over an endless source resolves', async (t) => {
  let closed = false
  const endless = Readable.from(
    (function* () {
      try {
        for (let n = 0; ; n++) yield n
      } finally {
        closed = true
      }
    })(),
  )
  const seen: number[] = []
  const sink = new Writable({ objectMode: true, write: (n: number, _, done) => done(void seen.push(n)) })
  await pipeline(endless, streams.takeWhile(isSmall), sink)
  t.strictSame(seen, [0, 1, 2])
  t.ok(closed && endless.destroyed)
})

t.test('takeWhile: waits until upstream is closed', async (t) => {
  const order: string[] = []
  async function* slow(): AsyncGenerator<number> {
    try {
      yield* [1, 5, 6]
    } finally {
      await new Promise(setImmediate)
      order.push('closed')
    }
  }
  for await (const n of async.takeWhile(isSmall)(slow())) order.push(`${n}`)
  order.push('end')
  t.strictSame(order, ['1', 'closed', 'end'])
})

t.test('chunks: every item is emitted once, whatever the size and the tail option', async (t) => {
  const property = fc.property(fc.integer({ min: 1, max: 6 }), fc.array(fc.nat(9)), (size, items) => {
    const short = [...iter.chunks<number>(size)(items)]
    assert.deepEqual(short.flat(), items)
    assert.ok(short.slice(0, -1).every((chunk) => chunk.length === size))
    assert.ok(short.every((chunk) => chunk.length > 0 && chunk.length <= size))
    assert.deepEqual(
      [...iter.chunks<number>(size, { tail: 'drop' })(items)],
      short.filter((chunk) => chunk.length === size),
    )
    assert.deepEqual(
      [...iter.chunks<number>(size, { tail: 'pad', fill: -1 })(items)],
      short.map((chunk) => [...chunk, ...Array<number>(size).fill(-1)].slice(0, size)),
    )
  })
  t.doesNotThrow(() => fc.assert(property))
  t.strictSame(
    [...iter.chunks(2, { tail: undefined })([1, 2, 3])],
    [[1, 2], [3]],
    'undefined counts as not set',
  )
})

t.test('bad arguments', async (t) => {
  const bad = (argument: string, call: () => unknown): void => {
    t.throws(call, { code: 'ERR_FANPIPE_ARGUMENT', argument })
  }
  bad('k', () => iter.take(-1))
  bad('predicate', () => iter.takeWhile(5 as never))
  bad('predicate', () => iter.dropWhile(undefined as never))
  bad('size', () => iter.chunks(0))
  bad('tail', () => iter.chunks(1, { tail: 'keep' as never }))
  bad('step', () => iter.chunks(1, { step: 1 } as never))
})
