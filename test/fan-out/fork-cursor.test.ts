import { Transform } from 'node:stream'
import { setImmediate as soon } from 'node:timers/promises'
import fc from 'fast-check'
import t from 'tap'
import * as async from '../../lib/async.ts'
import { BURST } from '../../lib/kernel/work-budget.ts'
import * as streams from '../../lib/index.ts'
import * as iter from '../../lib/iter.ts'
import { planOf } from '../../lib/stages/plan.ts'
import { runAsync, toStage } from '../../lib/stages/stage.ts'
import { all } from '../instruments/drain.ts'

/** What a stage outputs for its items, and the manner in which it does so where it may be asynchronous. */
type Behaviour =
  'same' | 'drops' | 'doubles' | 'warms up' | 'late' | 'flushes' | 'stops' | 'fails' | 'some of each'
type Manner = 'at once' | 'awaits' | 'sometimes awaits' | 'generator' | 'composed' | 'forked'
interface Kind {
  readonly behaviour: Behaviour
  readonly manner: Manner
}

/** The outputs of a step for the n-th item, counting from 1, or for the end. */
const behaviours: Readonly<Record<Behaviour, (item: number | 'end', n: number) => number[] | 'stop'>> = {
  same: (item) => (item === 'end' ? [] : [item]),
  drops: (item, n) => (item === 'end' || n % 3 !== 0 ? [] : [item]),
  doubles: (item) => (item === 'end' ? [] : [item, -item]),
  'warms up': (item, n) => (item === 'end' || n < 3 ? [] : [item]),
  late: (item, n) => (item === 'end' ? [-1] : n === 1 ? [] : [item - 1]),
  flushes: (item, n) => (item === 'end' ? Array.from({ length: n }, (_, i) => i) : []),
  stops: (item, n) => (item === 'end' ? [] : n > 3 ? 'stop' : [item]),
  fails: (item, n) => {
    if (n === 4) throw new Error(`no fourth item`)
    return item === 'end' ? [] : [item]
  },
  'some of each': (item, n) => (item === 'end' ? [7] : Array.from({ length: (n * 5) % 3 }, () => item)),
}

/** A step with this behaviour; its results can be delayed with `wait`. */
function stepOf(behaviour: Behaviour, wait: () => Promise<void> | undefined) {
  return () => {
    let n = 0
    const answer = (item: unknown): unknown => {
      const outputs = behaviours[behaviour](
        item === iter.none ? 'end' : (item as number),
        item === iter.none ? n : ++n,
      )
      return outputs === 'stop' ? iter.stop : iter.many(outputs)
    }
    return iter.flushable((item: unknown): unknown => {
      const waiting = wait()
      return waiting === undefined ? answer(item) : waiting.then(() => answer(item))
    })
  }
}

const atOnce = (): undefined => undefined
const identity = (n: number): number => n

function syncStage({ behaviour, manner }: Kind): iter.Stage<number, unknown> {
  const made = iter.stage<number, number>(stepOf(behaviour, atOnce))
  return manner === 'forked' ? iter.fork([made, made]) : made
}

/** The same, with delays decided by a scheduler. */
function slowStage({ behaviour, manner }: Kind, name: string, scheduler: fc.Scheduler) {
  const wait = (): Promise<void> => scheduler.schedule(Promise.resolve(), name)
  const awaiting = async.stage<number, number>(stepOf(behaviour, wait))
  switch (manner) {
    case 'at once':
      return async.stage<number, number>(stepOf(behaviour, atOnce))
    case 'awaits':
      return awaiting
    case 'sometimes awaits': {
      let turn = 0
      return async.stage<number, number>(stepOf(behaviour, () => (turn++ % 2 === 0 ? wait() : undefined)))
    }
    case 'generator':
      return async function* (source: AsyncIterable<number>): AsyncGenerator<number> {
        let n = 0
        for await (const item of source) {
          await wait()
          const outputs = behaviours[behaviour](item, ++n)
          if (outputs === 'stop') return
          for (const output of outputs) {
            yield output
            await wait()
          }
        }
        yield* behaviours[behaviour]('end', n) as number[]
      }
    case 'composed':
      return async.compose(
        async.map(async (n: number) => {
          await wait()
          return n
        }),
        async.stage<number, number>(stepOf(behaviour, atOnce)),
        async.map(identity),
      )
    case 'forked':
      return async.fork([awaiting, async.stage<number, number>(stepOf(behaviour, atOnce))])
  }
}

/** The tuples, and the error that ended them, as text. */
const outcomeOf = (tuples: unknown[], error: unknown): string =>
  JSON.stringify([tuples, error instanceof Error ? { ...error, message: error.message } : error])

function syncOutcome(output: Iterable<unknown>): string {
  const tuples: unknown[] = []
  try {
    for (const tuple of output) tuples.push(tuple)
    return outcomeOf(tuples, undefined)
  } catch (error) {
    return outcomeOf(tuples, error)
  }
}

async function outcome(output: AsyncIterable<unknown>): Promise<string> {
  const tuples: unknown[] = []
  try {
    for await (const tuple of output) tuples.push(tuple)
    return outcomeOf(tuples, undefined)
  } catch (error) {
    return outcomeOf(tuples, error)
  }
}

const kinds = fc.array(
  fc.record({
    behaviour: fc.constantFrom(...(Object.keys(behaviours) as Behaviour[])),
    manner: fc.constantFrom<Manner>(
      'at once',
      'awaits',
      'sometimes awaits',
      'generator',
      'composed',
      'forked',
    ),
  }),
  { minLength: 1, maxLength: 4 },
)

const upTo = (length: number): number[] => Array.from({ length }, (_, i) => i + 1)

for (const [name, face] of Object.entries({ async, streams: streams as unknown as typeof async })) {
  t.test(`DTR: fork (${name}) has the same result in every interleaving as in the iter face`, async (t) => {
    await t.resolves(
      fc.assert(
        fc.asyncProperty(
          fc.scheduler(),
          kinds,
          fc.integer({ min: 1, max: 4 }),
          fc.integer({ min: 0, max: 9 }),
          fc.constantFrom('sync', 'async', 'failing'),
          async (scheduler, kinds, maxlen, length, source) => {
            function* items(): Generator<number> {
              yield* upTo(length)
              if (source === 'failing') throw new Error('the source failed')
            }
            async function* slowItems(): AsyncGenerator<number> {
              for (const item of items()) {
                await scheduler.schedule(Promise.resolve(), 'source')
                yield item
              }
            }
            const wanted = syncOutcome(iter.fork(kinds.map(syncStage), { maxlen })(items))
            const stages = kinds.map((kind, i) => slowStage(kind, `stage ${i}`, scheduler))
            const forked = face.fork(stages, { maxlen })(source === 'sync' ? items : slowItems)
            const running = outcome(forked)
            await scheduler.waitFor(running)
            const got = await running
            if (got !== wanted) throw new Error(`${got} instead of ${wanted}`)
          },
        ),
        { numRuns: 300 },
      ),
    )
  })
}

t.test('DTR: fork waits for a slow 1:1 Duplex without queueing outputs of the other stage', async (t) => {
  const slowly = () =>
    new Transform({
      objectMode: true,
      transform: (n, _, done) => void setImmediate(() => setImmediate(done, null, n)),
    })
  const same = streams.map(identity)
  for (const stages of [
    [slowly, same],
    [same, slowly],
    [slowly, slowly],
  ]) {
    const pairs = await all(streams.fork(stages, { maxlen: 1 })(upTo(50)))
    t.strictSame(
      pairs,
      upTo(50).map((n) => [n, n]),
    )
  }
})

t.test('fork: however many outputs are queued, each is paired with the right one', async (t) => {
  const length = 160_000
  const atTheEnd = iter.stage<number, number>(() => {
    const seen: number[] = []
    return iter.flushable((n: unknown) =>
      n === iter.none ? iter.many(seen) : (seen.push(n as number), iter.none),
    )
  })
  const forked = iter.fork([atTheEnd, iter.map(identity)], { maxlen: length })
  let paired = 0
  for (const [late, early] of forked(upTo(length))) if (late === early && early === paired + 1) paired++
  t.equal(paired, length)
})

t.test('fork: timers and I/O get a turn even while a self-driven stage keeps pulling', async (t) => {
  // Every item takes two rounds, and the function's input alone would not yield before BURST items.
  const length = BURST - 1
  let hadTurn = false
  void soon().then(() => (hadTurn = true))
  let hadTurnAtTheEnd = false
  function* source(): Generator<number> {
    yield* upTo(length)
    hadTurnAtTheEnd = hadTurn
  }
  const isWanted = (n: number): boolean => n > 1
  const atTheEnd = async function* (items: AsyncIterable<number>): AsyncGenerator<number> {
    const seen: number[] = []
    for await (const item of items) if (isWanted(item)) seen.push(item)
    yield* seen
  }
  const forked = async.fork([atTheEnd, async.filter(isWanted)], { maxlen: length })
  t.equal((await all(forked(source()))).length, length - 1)
  t.ok(hadTurnAtTheEnd)
})

/** A stage that passes items through, and a counter of how often such stages were pulled. */
function countingStage(): { stage: async.Stage<number, number>; asked: () => number } {
  let asked = 0
  const stage = toStage<number, number>(
    planOf((open) => {
      const upstream = open()
      const next = () => {
        asked++
        return upstream.next()
      }
      return { next, close: () => upstream.close() }
    }),
    runAsync,
  ) as unknown as async.Stage<number, number>
  return { stage, asked: () => asked }
}

t.test(
  'T1: the cost per item of nested forks over a slow source is proportional to the number of stages',
  async (t) => {
    const length = 20
    async function* slow(): AsyncGenerator<number> {
      for (const n of upTo(length)) {
        await soon()
        yield n
      }
    }
    type Nest = (inner: async.Stage<number, never>, leaf: async.Stage<number, number>) => unknown
    const nests: Record<string, Nest> = {
      'a fork as the last stage': (inner, leaf) => async.fork([leaf, inner]),
      'a fork as the first stage': (inner, leaf) => async.fork([inner, leaf]),
      'forks in sequence': (inner, leaf) => async.compose(inner, async.fork([leaf, leaf])),
    }
    for (const [name, nest] of Object.entries(nests)) {
      const cost = async (depth: number): Promise<number> => {
        const { stage, asked } = countingStage()
        let nested = stage as async.Stage<number, unknown>
        for (let level = 0; level < depth; level++)
          nested = nest(nested as async.Stage<number, never>, stage) as async.Stage<number, unknown>
        t.equal((await all(nested(slow()))).length, length, name)
        return asked()
      }
      const [five, twenty] = [await cost(5), await cost(20)]
      t.ok(twenty < 5 * five, `${name}: ${five} calls for 5, ${twenty} for 20`)
    }
  },
)
