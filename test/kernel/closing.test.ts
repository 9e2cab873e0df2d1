import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import t from 'tap'
import * as async from '../../lib/async.ts'
import { chain, closeFaultsOf, compose, map, roundRobin, sourceOf } from '../../lib/index.ts'
import { all, drained } from '../instruments/drain.ts'
import { failing, parked } from '../instruments/sources.ts'

const boom = new Error('boom')

/** A source whose return() rejects after a delay. */
const late = (fault: unknown): AsyncIterable<number> => ({
  [Symbol.asyncIterator]: () => ({
    next: async () => ({ done: false, value: 1 }),
    return: async () => {
      await new Promise((resolve) => setTimeout(resolve, 20))
      throw fault
    },
  }),
})

const warned = async (run: () => unknown): Promise<(Error & { code?: string })[]> => {
  const warnings: Error[] = []
  const note = (warning: Error): void => void warnings.push(warning)
  process.on('warning', note)
  await run()
  await new Promise((resolve) => setTimeout(resolve, 40))
  process.off('warning', note)
  return warnings
}

t.test('an error that a Node stream emits while it is being closed is a close fault', async (t) => {
  const fault = new Error('late')
  const badly = (): Readable =>
    new Readable({
      objectMode: true,
      read() {},
      destroy: (_error, done) => void setTimeout(() => done(fault), 10),
    })
  const error = new Error('first')
  await t.rejects(roundRobin([failing([], error), badly()]).toArray(), error)
  t.strictSame(closeFaultsOf(error)?.faults, [fault])
  const atOnce = (): Readable => {
    const stream = badly()
    stream.destroy = () => {
      stream.emit('error', fault)
      stream.emit('close')
      return stream
    }
    return stream
  }
  for (const make of [badly, atOnce]) {
    const warnings = await warned(() => chain([make()]).destroy())
    t.match(warnings, [{ code: 'ERR_FANPIPE_CLOSE', message: /late/ }])
  }
})

t.test(
  'if an input fails to open, the inputs before it are closed, and their closing is awaited',
  async (t) => {
    for (const join of [async.roundRobin, async.merge] as (typeof async.chain)[]) {
      const error = new Error('unopened')
      const fault = new Error('fault')
      const unopened = (): never => {
        throw error
      }
      await t.rejects(all(join([late(fault), unopened])), error)
      t.strictSame(closeFaultsOf(error)?.faults, [fault])
    }
  },
)

t.test('return() settles pending requests, even if it fails', async (t) => {
  const badly: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise(() => undefined),
      return: () => {
        throw boom
      },
    }),
  }
  const iterator = async.chain([badly])[Symbol.asyncIterator]()
  const waiting = iterator.next()
  await t.rejects(iterator.return?.() as Promise<unknown>, { code: 'ERR_FANPIPE_CLOSE', faults: [boom] })
  t.strictSame(await waiting, { done: true, value: undefined })
})

/** A generator function used as a stage, which ends early. */
const first = async function* (source: AsyncIterable<number>): AsyncGenerator<number> {
  for await (const item of source) {
    yield item
    return
  }
}

t.test('a function used as a stage is closed with its output', async (t) => {
  const began = Date.now()
  const silent: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => {
      const inner = parked[Symbol.asyncIterator]()
      let given = false
      return {
        next: () =>
          given ? inner.next() : ((given = true), Promise.resolve({ done: false as const, value: 1 })),
        return: () => new Promise(() => undefined),
      }
    },
  }
  const warnings = await warned(async () => {
    const output = chain([compose(first)(silent)], { closeTimeout: 5 })
    t.strictSame(await output.toArray(), [1])
  })
  t.ok(Date.now() - began < 900, 'within the timeout of the output')
  t.match(warnings, [{ code: 'ERR_FANPIPE_CLOSE', message: /did not close in time/ }])

  const faults = await warned(() =>
    pipeline(chain([compose(first)(late(boom))]), async (items) => void (await all(items))),
  )
  t.match(
    faults,
    [{ code: 'ERR_FANPIPE_CLOSE', message: /boom/ }],
    'a pipeline that has finished does not fail afterwards',
  )

  const leaving = async function* (source: AsyncIterable<number>): AsyncGenerator<number> {
    const iterator = source[Symbol.asyncIterator]()
    yield (await iterator.next()).value as number
  }
  const left = await warned(() => all(async.compose(leaving)(late(boom))))
  t.match(
    left,
    [{ code: 'ERR_FANPIPE_CLOSE', message: /boom/ }],
    'if it leaves its source open, the source is closed anyway',
  )
})

t.test('sourceOf names the input whose own signal aborted', async (t) => {
  const before = AbortSignal.abort('enough')
  const during = new AbortController()
  const counted = async.map((n: number) => (n === 2 && during.abort('enough'), n))([1, 2, 3, 4])
  for (const input of [
    async.chain([[1]], { signal: before }),
    async.chain([counted], { signal: during.signal }),
  ]) {
    const { error } = await drained(async.chain([[0], input], { labels: ['a', 'b'] }))
    t.match(error, { name: 'AbortError', cause: 'enough' })
    t.strictSame(sourceOf(error), [{ index: 1, label: 'b' }])
  }
})

t.test('sourceOf finds the input through a function used as a stage', async (t) => {
  const whole = async function* (source: AsyncIterable<number>): AsyncGenerator<number> {
    yield* source
  }
  const error = new Error('deep')
  const { items } = await drained(
    async.chain(
      [
        [0],
        async.compose(
          map((n: number) => n),
          whole,
        )(failing([1], error)),
      ],
      { labels: ['a', 'b'] },
    ),
  )
  t.strictSame(items, [0, 1])
  t.strictSame(sourceOf(error), [{ index: 1, label: 'b' }])
})
