/**
 * Multicasts whose source and consumers run in an order chosen by a scheduler. Whatever the order, each branch receives what its
 * policy promises, and never lags more than allowed.
 */
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import t from 'tap'
import * as async from '../../lib/async.ts'
import * as streams from '../../lib/index.ts'
import { settled } from '../instruments/hand-clock.ts'

type Overflow = 'block' | 'fail' | 'drop-oldest' | 'drop-newest' | 'detach'

/** How a branch is read: it leaves after `leavesAfter` items, and joins when the first branch has read `joinsAfter` items. */
interface Reader {
  readonly overflow: Overflow
  readonly maxlen: number
  readonly leavesAfter: number | undefined
  readonly joinsAfter: number | undefined
  readonly from: 'next' | 'oldest'
}

const reader = fc.record<Reader>({
  overflow: fc.constantFrom('block', 'fail', 'drop-oldest', 'drop-newest', 'detach'),
  maxlen: fc.integer({ min: 1, max: 4 }),
  leavesAfter: fc.option(fc.nat(12), { freq: 4, nil: undefined }),
  joinsAfter: fc.option(fc.nat(8), { freq: 4, nil: undefined }),
  from: fc.constantFrom('next', 'oldest'),
})

const boom = new Error('boom')
const isLossy = ({ overflow }: Reader): boolean => overflow.startsWith('drop')

class Consumer {
  readonly items: number[] = []
  told = 0
  error: unknown
  left = false
  branch: AsyncIterable<number> | undefined
  /** The range in which its first item must be. */
  start: readonly [least: number, greatest: number] = [0, 0]
  readonly reader: Reader
  /** The value of `taken` when it left. */
  #taken: number | undefined

  constructor(reader: Reader) {
    this.reader = reader
  }

  get options() {
    const { overflow, maxlen } = this.reader
    return {
      overflow,
      maxlen,
      ...(isLossy(this.reader) && { onLag: (dropped: number) => void (this.told += dropped) }),
    }
  }

  /** The item after those that it has received or that its Readable has buffered. */
  get taken(): number {
    const buffered = this.branch instanceof Readable ? this.branch.readableLength : 0
    return this.#taken ?? (this.items.at(-1) ?? this.start[0] - 1) + 1 + buffered
  }

  async leave(items: AsyncIterator<number>): Promise<void> {
    this.#taken = this.taken
    this.left = true
    if (this.branch instanceof Readable) this.branch.destroy()
    else await items.return?.()
  }

  check(length: number, fails: boolean, mayOverflow: boolean): void {
    const { items, error, reader, told } = this
    const [least, greatest] = this.start
    const first = items[0] ?? least
    if (isLossy(reader)) assert(items.every((item, i) => i === 0 || item > (items[i - 1] as number)))
    else
      assert.deepEqual(
        items,
        Array.from(items, (_, i) => first + i),
        'nothing is missing',
      )
    assert(first >= least, `begins with ${first}, not before ${least}`)
    if (reader.overflow !== 'drop-oldest')
      assert(first <= greatest, `begins with ${first}, after ${greatest}`)
    if (this.left) return
    const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown }
    if (code === 'ERR_FANPIPE_OVERFLOW')
      return assert(mayOverflow || reader.overflow === 'detach', 'no overflow is allowed')
    if (name === 'AbortError') return assert.deepEqual(items, [], 'all others had left before it joined')
    assert.equal(error, fails ? boom : undefined)
    if (least === greatest)
      assert.equal(items.length + told, length - least, 'it received everything up to the end')
  }
}

/** The first item of a branch that joins now, while nothing is in flight. */
function startOf({ from, maxlen }: Reader, others: readonly Consumer[]): readonly [number, number] {
  const front = Math.max(...others.map(({ taken }) => taken))
  if (from === 'next') return [front, front]
  const open = others.filter(({ left }) => !left)
  const areKnown = open.every(({ reader: { overflow } }) => overflow === 'block' || overflow === 'fail')
  const oldest = Math.max(front - maxlen, Math.min(front, ...open.map(({ taken }) => taken)))
  return areKnown ? [oldest, oldest] : [Math.max(0, front - maxlen), front]
}

const faces = { async, streams } as unknown as Record<string, typeof async>

for (const [face, { multicast }] of Object.entries(faces)) {
  t.test(
    `${face}: whatever the order of events, each branch receives what its policy promises`,
    async (t) => {
      /** Whether the effects of each event settle before the next one. */
      let settles = false
      await t.resolves(
        fc.assert(
          fc.asyncProperty(
            fc.scheduler({ act: (run) => (settles ? run().then(settled) : run()) }),
            fc.array(reader, { minLength: 1, maxLength: 4 }),
            fc.nat(20),
            fc.boolean(),
            fc.boolean(),
            fc.constantFrom<object>({}, { highWaterMark: 0 }),
            async (scheduler, readers, length, fails, isSettled, streamOptions) => {
              settles = isSettled
              const source = async function* (): AsyncGenerator<number> {
                for (let n = 0; n < length; n++) {
                  await scheduler.schedule(Promise.resolve(), `item ${n}`)
                  yield n
                }
                if (fails) throw boom
              }
              const consumers = readers.map(
                (own, i) => new Consumer({ ...own, joinsAfter: i === 0 ? undefined : own.joinsAfter }),
              )
              const early = consumers.filter(({ reader }) => reader.joinsAfter === undefined)
              const late = consumers.filter(({ reader }) => reader.joinsAfter !== undefined)
              const joined = [...early]
              const branches = multicast(
                source,
                early.map(({ options }) => options),
                face === 'streams' ? streamOptions : {},
              )
              const reading: Promise<void>[] = []

              async function read(consumer: Consumer, branch: AsyncIterable<number>): Promise<void> {
                consumer.branch = branch
                const items = branch[Symbol.asyncIterator]()
                try {
                  for (;;) {
                    await scheduler.schedule(Promise.resolve(), 'read')
                    if (consumer.items.length === consumer.reader.leavesAfter)
                      return await consumer.leave(items)
                    const { done, value } = await items.next()
                    if (done === true) return
                    consumer.items.push(value)
                    if (consumer === consumers[0]) joinLate(consumer.items.length)
                    for (const [i, { lag, peak }] of branches.stats().slice(0, early.length).entries())
                      assert(
                        Math.max(lag, peak) <= (early[i] as Consumer).reader.maxlen,
                        `branch ${i}: ${lag}, ${peak}`,
                      )
                  }
                } catch (error) {
                  if (error instanceof assert.AssertionError) throw error
                  consumer.error = error
                }
              }
              function joinLate(received: number): void {
                for (const consumer of late)
                  if (consumer.reader.joinsAfter === received - 1) reading.push(join(consumer))
              }
              async function join(consumer: Consumer): Promise<void> {
                await scheduler.schedule(Promise.resolve(), 'join')
                consumer.start = isSettled ? startOf(consumer.reader, joined) : [0, length]
                joined.push(consumer)
                await read(consumer, branches.branch({ ...consumer.options, from: consumer.reader.from }))
              }

              reading.push(
                ...early.map((consumer, i) => read(consumer, branches[i] as AsyncIterable<number>)),
              )
              // Branches that join late are added to `reading` while the first branch is read.
              for (const each of reading) await scheduler.waitFor(each)
              await scheduler.waitIdle()
              const mayOverflow = readers.some(({ overflow }) => overflow === 'fail')
              for (const consumer of joined) consumer.check(length, fails, mayOverflow)
            },
          ),
          { numRuns: 200 },
        ),
      )
    },
  )
}
