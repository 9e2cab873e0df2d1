/**
 * Multicasts whose source and consumers take turns in any order that a scheduler comes up with: whatever the order, each branch
 * gets what its policy says, and never lags further than it may.
 */
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import t from 'tap'
import * as async from '../../lib/async.ts'
import * as streams from '../../lib/index.ts'

type Overflow = 'block' | 'fail' | 'drop-oldest' | 'drop-newest' | 'detach'

/** How a branch is read: `leavesAfter` so many items, and joins when the first branch has read `joinsAfter`. */
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

class Consumer {
  readonly items: number[] = []
  told = 0
  error: unknown
  left = false
  readonly reader: Reader

  constructor(reader: Reader) {
    this.reader = reader
  }

  get options() {
    const { overflow, maxlen } = this.reader
    const isLossy = overflow.startsWith('drop')
    return { overflow, maxlen, ...(isLossy && { onLag: (dropped: number) => void (this.told += dropped) }) }
  }

  check(length: number, fails: boolean, mayOverflow: boolean): void {
    const { items, error } = this
    const { overflow } = this.reader
    const start = items[0] ?? 0
    const isLossy = overflow.startsWith('drop')
    if (isLossy) assert(items.every((item, i) => i === 0 || item > (items[i - 1] as number)))
    else
      assert.deepEqual(
        items,
        Array.from(items, (_, i) => start + i),
        'nothing is missing',
      )
    if (this.left) return
    const isOverflow = (error as { code?: unknown } | undefined)?.code === 'ERR_FANPIPE_OVERFLOW'
    if (isOverflow) return assert(mayOverflow || overflow === 'detach', 'nobody may overflow')
    assert.equal(error, fails ? boom : undefined)
    if (isLossy && this.reader.joinsAfter === undefined) assert.equal(items.length + this.told, length)
    if (!isLossy && items.length > 0) assert.equal(items.at(-1), length - 1, 'it got everything to the end')
  }
}

const faces = { async, streams } as unknown as Record<string, typeof async>

for (const [face, { multicast }] of Object.entries(faces)) {
  t.test(`${face}: in every order of events each branch gets what its policy says`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(reader, { minLength: 1, maxLength: 4 }),
        fc.nat(20),
        fc.boolean(),
        async (scheduler, readers, length, fails) => {
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
          const branches = multicast(
            source,
            early.map(({ options }) => options),
          )
          const reading: Promise<void>[] = []

          async function read(consumer: Consumer, branch: AsyncIterable<number>): Promise<void> {
            const { leavesAfter } = consumer.reader
            const items = branch[Symbol.asyncIterator]()
            try {
              for (;;) {
                await scheduler.schedule(Promise.resolve(), 'read')
                if (consumer.items.length === leavesAfter) {
                  consumer.left = true
                  if (branch instanceof Readable) branch.destroy()
                  else await items.return?.()
                  return
                }
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
              if (consumer.reader.joinsAfter === received - 1)
                reading.push(
                  read(consumer, branches.branch({ ...consumer.options, from: consumer.reader.from })),
                )
          }

          reading.push(...early.map((consumer, i) => read(consumer, branches[i] as AsyncIterable<number>)))
          // those that join late are added while the first branch is read
          for (const each of reading) await scheduler.waitFor(each)
          await scheduler.waitAll()
          const mayOverflow = readers.some(({ overflow }) => overflow === 'fail')
          for (const consumer of early) consumer.check(length, fails, mayOverflow)
        },
      ),
      { numRuns: 300 },
    )
  })
}
