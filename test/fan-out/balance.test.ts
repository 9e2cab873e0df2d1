import { Readable, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import t from 'tap'
import * as async from '../../lib/async.ts'
import { balance } from '../../lib/fan-out/delivery/balance.ts'
import { Hub } from '../../lib/fan-out/hub.ts'
import { block } from '../../lib/fan-out/overflow/block.ts'
import * as streams from '../../lib/index.ts'
import { DONE, PENDING } from '../../lib/kernel/cursor.ts'
import type { Recipe } from '../../lib/kernel/recipe.ts'
import { Root } from '../../lib/kernel/root.ts'
import { BranchReader } from '../instruments/branch-reader.ts'

const numbers = (end: number): number[] => Array.from({ length: end }, (_, n) => n)
const both = [
  { name: 'async', api: async },
  { name: 'streams', api: streams as unknown as typeof async },
]

async function read(branch: AsyncIterable<number>, pause?: () => Promise<unknown>): Promise<number[]> {
  const items: number[] = []
  for await (const item of branch) {
    items.push(item)
    await pause?.()
  }
  return items
}

/** A source whose items and end are controlled by the test. */
function manual() {
  let next = 0
  let ready = 0
  let end: 'end' | Error | undefined
  let wake = (): void => undefined
  const source: Recipe<number> = {
    mode: 'objects',
    depth: 1,
    parts: [],
    open(scope) {
      wake = () => scope.wake()
      return {
        next() {
          if (ready === 0 && end !== undefined) {
            if (end === 'end') return DONE
            throw end
          }
          if (ready === 0) return PENDING
          ready--
          return next++
        },
        close: () => undefined,
      }
    },
  }
  const give = (count: number): void => {
    ready += count
    wake()
  }
  const finish = (how: 'end' | Error): void => {
    end ??= how
    wake()
  }
  return { source, give, finish }
}

/** The expected behaviour: items go to branches with a pending request, and on to others if a branch leaves first. */
class Model {
  readonly open = new Set<number>()
  readonly given = new Map<number, number>()
  readonly #asking = new Set<number>()
  readonly #unclaimed: number[] = []
  #next = 0
  ready = 0
  end: 'end' | 'error' | undefined

  pull(branch: number): number | 'waits' | 'end' | 'error' {
    for (;;) {
      const item = this.given.get(branch) ?? this.#unclaimed.shift()
      this.given.delete(branch)
      if (item !== undefined) return item
      this.#asking.add(branch)
      if (this.ready === 0 && this.end === undefined) return 'waits'
      if (this.ready === 0 && this.end === 'end' && this.given.size > 0) return 'waits'
      if (this.ready === 0) return this.leave(branch) ?? this.end ?? 'waits'
      this.ready--
      this.#give(this.#next++)
    }
  }

  leave(branch: number): undefined {
    const item = this.given.get(branch)
    this.open.delete(branch)
    this.#asking.delete(branch)
    this.given.delete(branch)
    if (item !== undefined) this.#give(item)
  }

  #give(item: number): void {
    const [branch] = this.#asking
    if (branch === undefined) this.#unclaimed.push(item)
    else this.given.set(branch, item)
    this.#asking.delete(branch ?? -1)
  }
}

const command = fc.oneof(
  { weight: 12, arbitrary: fc.nat(3).map((pull) => ({ pull })) },
  { weight: 4, arbitrary: fc.nat(3).map((give) => ({ give })) },
  { weight: 3, arbitrary: fc.nat(3).map((leave) => ({ leave })) },
  { weight: 1, arbitrary: fc.constant({ join: true }) },
  { weight: 1, arbitrary: fc.constantFrom('end' as const, 'error' as const).map((finish) => ({ finish })) },
)

t.test('a balance behaves like its model, whatever its branches and its source do', async (t) => {
  await t.resolves(
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(command, { maxLength: 60 }),
        async (n, commands) => {
          const { source, give, finish } = manual()
          const model = new Model()
          const settings = { maxlen: Infinity, policy: block }
          const hub = new Hub<number>({
            source,
            branches: [],
            deliveryOf: balance(false),
            bytes: false,
            face: 'async',
          })
          const readers: BranchReader<number>[] = []
          const join = (): void => {
            model.open.add(readers.length)
            readers.push(new BranchReader(hub.add(settings)))
          }
          for (let i = 0; i < n; i++) join()
          for (const step of commands) {
            if ('join' in step) {
              join()
            } else if ('give' in step) {
              if (model.end !== undefined) continue
              model.ready += step.give
              give(step.give)
            } else if ('finish' in step) {
              model.end ??= step.finish
              finish(step.finish === 'end' ? 'end' : new Error('broken'))
            } else if ('leave' in step) {
              // The last branch to leave closes the source.
              if (!model.open.has(step.leave) || model.open.size < 2) continue
              readers[step.leave]?.close()
              model.leave(step.leave)
            } else if (model.open.has(step.pull)) {
              let got: unknown
              try {
                got = (readers[step.pull] as BranchReader<number>).next()
              } catch {
                got = 'error'
              }
              if (got !== model.pull(step.pull)) return false
              if (model.open.size === 0) return true
            }
            // After a turn of the event loop, the branch that was served last may be served again.
            await undefined
            const stats = hub.stats()
            for (const [i, { index }] of hub.branches.entries())
              if (stats[i]?.lag !== (model.given.has(index) ? 1 : 0)) return false
          }
          return true
        },
      ),
      { numRuns: 1000 },
    ),
  )
})

for (const { name, api } of both) {
  t.test(`${name}: each item goes to exactly one branch, in order`, async (t) => {
    const sources = fc.tuple(fc.nat(40), fc.boolean())
    const speeds = fc.array(fc.constantFrom('fast', 'turn', 'slow'), { minLength: 1, maxLength: 4 })
    await t.resolves(
      fc.assert(
        fc.asyncProperty(sources, speeds, async ([end, isAsync], speeds) => {
          const source = isAsync
            ? async function* () {
                for (const n of numbers(end)) yield n
              }
            : numbers(end)
          const pauses = { fast: undefined, turn: async () => undefined, slow: () => sleep(1) }
          const branches = api.balance(source as Iterable<number>, speeds.length)
          const shares = await Promise.all(
            branches.map((branch, i) => read(branch, pauses[speeds[i] as 'fast'])),
          )
          const isSorted = shares.every((share) => share.every((n, i) => i === 0 || n > (share[i - 1] ?? n)))
          const all = shares.flat().sort((a, b) => a - b)
          return isSorted && all.join() === numbers(end).join()
        }),
        { numRuns: 40 },
      ),
    )
  })

  t.test(`${name}: equally fast branches take turns, also over a synchronous source`, async (t) => {
    t.strictSame(await Promise.all(api.balance(numbers(9), 3).map((branch) => read(branch))), [
      [0, 3, 6],
      [1, 4, 7],
      [2, 5, 8],
    ])
  })

  t.test(
    `${name}: a busy branch does not hold up the others, and keeps no item that another could take`,
    async (t) => {
      let release = (): void => undefined
      const busy = new Promise<void>((resolve) => (release = resolve))
      const [slow, fast] = api.balance(numbers(8), 2)
      const reading = read(slow, () => busy)
      t.strictSame(await read(fast), numbers(8).slice(1))
      release()
      t.strictSame(await reading, [0])
    },
  )

  t.test(`${name}: the error of the source reaches every branch`, async (t) => {
    const error = new Error('broken')
    const source = function* (): Generator<number> {
      yield* numbers(4)
      throw error
    }
    const seen: number[] = []
    for (const branch of await Promise.all(
      api.balance(source, 3).map(async (branch) => {
        try {
          for await (const item of branch) seen.push(item)
        } catch (met) {
          return met
        }
      }),
    ))
      t.equal(branch, error)
    t.strictSame(seen.sort(), numbers(4))
  })

  t.test(`${name}: the others take over from a branch that has left`, async (t) => {
    const branches = api.balance(numbers(6), 2)
    const [first, second] = branches
    for await (const item of first) {
      t.equal(item, 0)
      break
    }
    t.strictSame(await read(second), [1, 2, 3, 4, 5])
    t.ok(branches.stats().every(({ done }) => done))
    await branches.close()
  })

  t.test(`${name}: cancel: 'all' ends the others when one leaves`, async (t) => {
    const [first, second] = api.balance(numbers(6), 2, { cancel: 'all' })
    const iterator = second[Symbol.asyncIterator]()
    await iterator.next()
    const next = sleep(1).then(() => iterator.next())
    for await (const item of first) if (item >= 0) break
    await t.rejects(next, { name: 'AbortError' })
  })

  t.test(`${name}: workers may join late, and leave one by one until none remains`, async (t) => {
    const pool = api.balance(numbers(6), 0)
    t.strictSame(pool.stats(), [])
    for await (const item of pool.branch()) {
      t.equal(item, 0)
      break
    }
    await sleep(1)
    const [third, fourth] = [pool.branch(), pool.branch()]
    t.strictSame((await Promise.all([read(third), read(fourth)])).flat().sort(), [1, 2, 3, 4, 5])
    t.strictSame(await read(pool.branch()), [])
    await pool.close()
  })

  t.test(`${name}: arguments are checked`, async (t) => {
    t.throws(() => api.balance([1], -1), { message: /^n must be an integer from 0 to 65536, not -1/ })
    t.throws(() => api.balance([1], [{}] as unknown as number), { message: /^n must be an integer/ })
    t.throws(() => api.balance([1], 2, { maxlen: 2 } as object), {
      message: /^maxlen must be left out: the known options are /,
    })
    const join = api.balance([1], 1).branch as (options: object) => unknown
    t.throws(() => join({ maxlen: 2 }), {
      message: /^options must be left out, as the branches of a balance have no options of their own/,
    })
    t.throws(() => api.balance([1], 65_536).branch(), { message: /^the number of branches must be/ })
  })
}

t.test('further requests of one branch are served after the first requests of the others', async (t) => {
  const [first, second] = async.balance(numbers(5), 2)
  const results = [first.next(), first.next(), first.next(), second.next(), second.next()]
  t.strictSame(
    (await Promise.all(results)).map(({ value }) => value as number),
    [0, 2, 4, 1, 3],
  )
})

t.test(
  'an item assigned to a branch that is destroyed before taking it goes to another branch',
  async (t) => {
    const source = new Readable({ objectMode: true, read() {} })
    const [first, second] = streams.balance(source as AsyncIterable<number>, 2)
    second.on('data', () => t.fail('it had already been destroyed'))
    await sleep(1)
    const seen: number[] = []
    first.on('data', (item) => {
      // The second branch is first in line, so it is assigned item 0, which it would take on the next tick.
      if (seen.length === 0) second.destroy()
      seen.push(item)
    })
    await sleep(1)
    for (const item of [0, 1, null]) source.push(item)
    await new Promise((resolve) => first.once('end', resolve))
    t.strictSame(seen, [1, 0])
  },
)

t.test('a branch paused by a pipe to a slow destination takes no items', async (t) => {
  const branches = streams.balance(numbers(12), 2)
  const seen: number[] = []
  let finish = (): void => undefined
  branches[0].pipe(
    new Writable({
      objectMode: true,
      highWaterMark: 1,
      write(item: number, _encoding, callback) {
        seen.push(item)
        finish = callback
      },
    }),
  )
  const others = await read(branches[1])
  t.equal(seen.length, 1)
  t.strictSame(
    [...seen, ...others].sort((a, b) => a - b),
    numbers(12),
  )
  t.equal(branches[0].readableLength, 0)
  finish()
  await new Promise((resolve) => branches[0].once('end', resolve))
})

t.test('highWaterMark lets a Readable read ahead, and lag counts its buffer', async (t) => {
  const branches = streams.balance(numbers(9), 2, { highWaterMark: 4 })
  branches[0].read(0)
  await sleep(5)
  t.equal(branches[0].readableLength, 4)
  t.match(branches.stats(), [{ lag: 4, peak: 4, dropped: 0, done: false }, { lag: 0 }])
  t.strictSame((await Promise.all(branches.map((branch) => read(branch)))).flat().sort(), numbers(9))
})

t.test('byte streams stay byte streams, and lag counts bytes', async (t) => {
  const chunks = ['ab', 'cde', 'f'].map((text) => Buffer.from(text))
  const branches = streams.balance(Readable.from(chunks, { objectMode: false }), 2, { highWaterMark: 3 })
  const [first, second] = branches
  t.equal(first.readableObjectMode, false)
  first.read(0)
  await sleep(5)
  t.equal(branches.stats()[0]?.lag, 5)
  const texts = await Promise.all([first.toArray(), second.toArray()])
  t.equal(Buffer.concat(texts.flat() as Buffer[]).toString(), 'abcdef')
})

t.test('a signal aborts all branches', async (t) => {
  const controller = new AbortController()
  const [first, second] = async.balance(
    async function* (): AsyncGenerator<number> {
      await sleep(1)
      yield 1
      await new Promise(() => undefined)
    },
    2,
    { signal: controller.signal, closeTimeout: 1 },
  )
  const [given, waiting] = [first.next(), second.next()]
  t.equal((await given).value, 1)
  controller.abort()
  await t.rejects(waiting, { name: 'AbortError' })
  await t.rejects(first.next(), { name: 'AbortError' })
})

t.test('branches that are read by another junction share the items, too', async (t) => {
  const all: number[] = []
  for await (const n of async.mergeReady<AsyncIterable<number>>([...async.balance(numbers(8), 3)]))
    all.push(n)
  t.strictSame(all.sort(), numbers(8))
})

t.test('a source that closes another branch while it is pulled loses nothing', async (t) => {
  const { source, give, finish } = manual()
  const hub = new Hub<number>({
    source: {
      ...source,
      open(scope, place) {
        const cursor = source.open(scope, place)
        return {
          next: () => {
            if (armed) readers[1]?.close()
            return cursor.next()
          },
          close: () => cursor.close(),
        }
      },
    },
    branches: [0, 1].map(() => ({ maxlen: Infinity, policy: block })),
    deliveryOf: balance(false),
    bytes: false,
    face: 'async',
  })
  let armed = false
  const readers = hub.branches.map((branch) => new BranchReader(branch))
  const [first, second] = readers as [BranchReader<number>, BranchReader<number>]
  t.equal(second.next(), 'waits')
  t.equal(first.next(), 'waits')
  give(1)
  t.equal(first.next(), 'waits', 'the item is assigned to the second branch, which is first in line')
  t.strictSame(
    hub.stats().map(({ lag }) => lag),
    [0, 1],
  )
  give(0)
  armed = true
  t.equal(first.next(), 0, 'the second branch left while the source was being pulled')
  finish('end')
  t.equal(first.next(), 'end')
})

t.test('a branch ends once every other branch has taken its item or has left', async (t) => {
  const settings = { maxlen: Infinity, policy: block }
  const { source, give, finish } = manual()
  const shared = { branches: [settings, settings], deliveryOf: balance<number>(false), bytes: false }
  const hub = new Hub<number>({ source, ...shared, face: 'async' })
  const [first, second] = hub.branches.map((branch) => new BranchReader(branch))
  t.strictSame([second?.next(), first?.next()], ['waits', 'waits'])
  give(1)
  t.equal(first?.next(), 'waits')
  finish('end')
  t.equal(first?.next(), 'waits')
  second?.close()
  t.strictSame([first?.next(), first?.next()], [0, 'end'])

  const other = manual()
  const held = new Hub<number>({ source: other.source, ...shared, face: 'async' })
  let woken = 0
  const [waiting, taking] = held.branches.map(
    (branch) => new Root(branch, 'async', {}, { wake: () => woken++, fail: () => undefined }),
  )
  t.strictSame([taking?.open().next(), waiting?.open().next()], [PENDING, PENDING])
  other.give(1)
  t.equal(waiting?.cursor?.next(), PENDING)
  other.finish('end')
  t.equal(waiting?.cursor?.next(), PENDING)
  woken = 0
  t.equal(taking?.cursor?.next(), 0)
  await undefined
  t.equal(woken, 1)
  t.strictSame([taking?.cursor?.next(), waiting?.cursor?.next()], [DONE, DONE])
})
