import { Readable } from 'node:stream'
import t from 'tap'
import * as async from '../../lib/async.ts'
import * as iter from '../../lib/iter.ts'
import * as streams from '../../lib/index.ts'
import { collect, faces } from '../instruments/faces.ts'
import { drained } from '../instruments/drain.ts'

for (const { name, api } of faces) {
  t.test(
    `${name}: an iterator whose next() does not return an object is a TypeError, never an item`,
    async (t) => {
      for (const given of [7, 'text', true, undefined, null, Symbol.iterator]) {
        const broken = { [Symbol.iterator]: () => ({ next: () => given }) } as never
        await t.rejects(collect(api.chain([broken])), TypeError, String(given))
        await t.rejects(collect(api.map((x: unknown) => x)(broken)), TypeError, String(given))
      }
      const items = [{}, { value: 1 }, { value: 2, done: 0 }, { value: 3, done: 1 }]
      const odd = { [Symbol.iterator]: () => ({ next: () => items.shift() }) } as never
      t.strictSame(await collect(api.chain([odd])), [undefined, 1, 2], 'done may be any truthy value')
    },
  )
}

t.test(
  'async: an async iterator whose next() does not return an object is a TypeError, never an item',
  async (t) => {
    for (const given of [7, undefined, null]) {
      for (const answer of [
        () => given,
        async () => given,
        () => ({ then: (keep: (x: unknown) => void) => keep(given) }),
      ]) {
        const broken = { [Symbol.asyncIterator]: () => ({ next: answer }) } as never
        for (const join of [async.chain, streams.chain])
          await t.rejects(collect(join([broken]) as AsyncIterable<unknown>), TypeError, String(given))
      }
    }
  },
)

t.test('later settlements of a thenable are ignored', async (t) => {
  const twice = (value: unknown): unknown => ({
    then(keep: (value: unknown) => void, fail: (error: unknown) => void) {
      keep(value)
      keep('phantom')
      fail(new Error('phantom'))
      setImmediate(keep, 'phantom')
    },
  })
  const iterator = (): AsyncIterator<number> => {
    let n = 0
    return { next: () => twice(n < 3 ? { done: false, value: n++ } : { done: true }) as never }
  }
  for (const api of [async, streams] as (typeof async)[]) {
    t.strictSame(await collect(api.chain([[twice(1), 2, twice(3)]])), [1, 2, 3])
    t.strictSame(await collect(api.chain([{ [Symbol.asyncIterator]: iterator }])), [0, 1, 2])
    t.strictSame(
      await collect(api.map((n: number) => twice(n))(Readable.from([1, 2, 3]) as never)),
      [1, 2, 3],
    )
  }
})

t.test('iter: a step that returns a promise, or any thenable, is an ArgumentError', async (t) => {
  const thenables = [Promise.reject(new Error('unheard')), { then: (keep: () => void) => keep() }]
  for (const thenable of thenables) {
    t.throws(() => [...iter.map(() => thenable)([1])], { code: 'ERR_FANPIPE_ARGUMENT' })
  }
})

t.test('a generator that closes its own consumer while running is closed as soon as it yields', async (t) => {
  const closed: string[] = []
  function* leaving(name: string, leave: () => unknown): Generator<number> {
    try {
      yield 1
      leave()
      yield 2
      yield 3
    } finally {
      closed.push(name)
    }
  }
  const expected: string[] = []
  const expectClosed = (name: string, items: unknown): void => {
    expected.push(name)
    t.strictSame(closed, expected, `${name}: ${JSON.stringify(items)}`)
  }

  const first: IterableIterator<number> = iter
    .chain([leaving('iter', () => first.return?.())])
    [Symbol.iterator]() as never
  expectClosed('iter', [...first])
  const mapped = iter.map((n: number) => n)(leaving('stage', () => second.return?.()))
  const second = mapped[Symbol.iterator]() as IterableIterator<number>
  expectClosed('stage', [...second])

  const third = async
    .chain([leaving('async', () => void third.return?.(undefined))])
    [Symbol.asyncIterator]() as AsyncGenerator
  await collect(third)
  expectClosed('async', [])
  const controller = new AbortController()
  const { error } = await drained(
    async.chain([leaving('aborts', () => controller.abort())], { signal: controller.signal }),
  )
  t.equal((error as Error).name, 'AbortError')
  expectClosed('aborts', [])

  const output: Readable = streams.chain([leaving('streams', () => output.destroy())])
  await drained(output)
  expectClosed('streams', [])
  const merged: Readable = streams.merge([[1, 5], leaving('merge', () => merged.destroy())])
  await drained(merged)
  expectClosed('merge', [])

  function* inputs(): Generator<number[]> {
    try {
      yield [1]
      listed.destroy()
      yield [2]
    } finally {
      closed.push('inputs')
    }
  }
  const listed: Readable = streams.chain(inputs())
  await drained(listed)
  expectClosed('inputs', [])
})

t.test('a generator that closes its consumer and then ends, fails, or fails while closing', async (t) => {
  const warnings: string[] = []
  const note = (warning: Error): void => void warnings.push(warning.message)
  process.on('warning', note)
  const boom = new Error('boom')
  const ways: Record<string, (leave: () => void) => Generator<number>> = {
    *ends(leave) {
      yield 1
      leave()
    },
    *fails(leave) {
      yield 1
      leave()
      throw boom
    },
    *'fails while closing'(leave) {
      try {
        yield 1
        leave()
        yield 2
      } finally {
        throw boom
      }
    },
  }
  for (const [way, make] of Object.entries(ways)) {
    const output = streams.chain([make(() => output.destroy())])
    await drained(output)
    t.ok(output.destroyed, way)
  }
  await new Promise((resolve) => setTimeout(resolve, 5))
  process.off('warning', note)
  t.strictSame(warnings, ['error while closing: boom'])
})
