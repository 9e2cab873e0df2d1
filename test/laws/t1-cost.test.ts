import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { collect, faces } from '../instruments/faces.ts'
import { counting } from '../instruments/sources.ts'
import * as iter from '../../lib/iter.ts'

t.test('T1: in a multicast a branch can lead by exactly maxlen, and never by more', async (t) => {
  await t.resolves(
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 8 }),
        fc.array(fc.nat(2), { maxLength: 60 }),
        async (maxlen, moves) => {
          const branches = iter.multicast(counting().source, 3, { maxlen })
          const taken = [0, 0, 0]
          for (const move of moves) {
            const lead = (taken[move] as number) + 1 - Math.min(...taken)
            try {
              if (branches.at(move)?.next().value !== taken[move]) return false
              if (lead > maxlen) return false
              ;(taken[move] as number)++
            } catch (error) {
              return lead > maxlen && (error as { code?: string }).code === 'ERR_FANPIPE_OVERFLOW'
            }
          }
          return true
        },
      ),
    ),
  )
})

for (const face of faces.filter(({ name }) => name !== 'iter')) {
  t.test(
    `T1: with 'block' (${face.name}), whichever branch is fast, none leads by more than maxlen, and each receives everything`,
    async (t) => {
      const items = Array.from({ length: 12 }, (_, i) => i)
      const property = fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 4 }),
        fc.option(fc.nat(6)),
        async (scheduler, bounds, leaves) => {
          const { input, record } = face.recorded(items)
          const branches = face.api.multicast(
            input,
            bounds.map((maxlen) => ({ maxlen })),
          )
          const got = bounds.map((): number[] => [])
          const gone = new Set<number>()
          const check = (): void => {
            const live = got.flatMap(({ length }, i) =>
              gone.has(i) ? [] : [{ length, maxlen: bounds[i] as number }],
            )
            const most = Math.max(...live.map(({ length }) => length))
            for (const { length, maxlen } of live) {
              assert.ok(most - length <= maxlen, `${most} leads ${length} by more than ${maxlen}`)
              // At the limit one more item is pulled, to find out whether there is one.
              assert.ok(record.pulled - length <= maxlen + 1, `${record.pulled} pulled, ${length} taken`)
            }
          }
          const consume = async (i: number): Promise<void> => {
            const iterator = face.iterate(branches[i] as Iterable<number>)
            const taken = got[i] as number[]
            for (;;) {
              await scheduler.schedule(Promise.resolve(), `branch ${i}`)
              const result = await iterator.next()
              if (result.done === true) break
              taken.push(result.value)
              check()
              if (i === 0 && taken.length === leaves) {
                gone.add(i)
                await iterator.return?.()
              }
            }
            gone.add(i)
          }
          const running = Promise.all(bounds.map((_, i) => consume(i)))
          await scheduler.waitFor(running)
          await running
          for (const [i, taken] of got.entries())
            assert.deepEqual(taken, i === 0 && leaves !== null && leaves > 0 ? items.slice(0, leaves) : items)
          assert.equal(record.closed, 1)
        },
      )
      await t.resolves(fc.assert(property, { numRuns: 60 }))
    },
  )
}

t.test('T1: a source of exactly maxlen items ends cleanly for the branch in the lead', async (t) => {
  for (const maxlen of [1, 2, 7]) {
    const [ahead, behind] = iter.multicast(
      Array.from({ length: maxlen }, (_, i) => i),
      2,
      { maxlen },
    )
    t.equal([...ahead].length, maxlen)
    t.equal([...behind].length, maxlen)
  }
})

t.test('T1: after an overflow, all branches have received the same items', async (t) => {
  const [a, b] = iter.multicast([1, 2, 3], 2, { maxlen: 2 })
  t.strictSame([a.next().value, a.next().value], [1, 2])
  t.throws(() => a.next(), { code: 'ERR_FANPIPE_OVERFLOW', branch: 1, lag: 2, maxlen: 2 })
  t.strictSame([b.next().value, b.next().value], [1, 2])
  t.throws(() => b.next(), { code: 'ERR_FANPIPE_OVERFLOW', branch: 1 })
})

t.test('T1: when a branch leaves, the others continue', async (t) => {
  const [a, b] = iter.multicast([1, 2, 3], 2, { maxlen: 1 })
  t.equal(a.next().value, 1)
  b.return?.()
  t.strictSame([...a], [2, 3])
})

t.test('T1: each branch may have its own bound', async (t) => {
  const [a] = iter.multicast([1, 2, 3, 4], [{ maxlen: 9 }, { maxlen: 2 }, { maxlen: 3 }])
  t.ok(a)
  t.strictSame([a?.next().value, a?.next().value], [1, 2])
  t.throws(() => a?.next(), { code: 'ERR_FANPIPE_OVERFLOW', branch: 1, maxlen: 2 })
})

for (const face of faces.filter(({ name }) => name !== 'iter')) {
  t.test(
    `T1: with 'block' (${face.name}) the fastest branch waits until the slowest has taken an item`,
    async (t) => {
      const [a, b] = face.api.multicast([1, 2, 3, 4], 2, { maxlen: 2 }).map((branch) => face.iterate(branch))
      t.strictSame([(await a?.next())?.value, (await a?.next())?.value], [1, 2])
      let third: unknown
      const waiting = a?.next().then(({ value }) => (third = value))
      await new Promise((resolve) => setTimeout(resolve, 5))
      t.equal(third, undefined)
      t.equal((await b?.next())?.value, 1)
      await waiting
      t.equal(third, 3)
      await a?.return?.()
      await b?.return?.()
    },
  )
}

for (const face of faces) {
  t.test(
    `T1: the stages of a fork (${face.name}) differ by at most one input if all of them are 1:1`,
    async (t) => {
      const seen = [0, 0, 0]
      let widest = 0
      const watch = (i: number) =>
        face.api.map((n: number) => {
          ;(seen[i] as number)++
          widest = Math.max(widest, Math.max(...seen) - Math.min(...seen))
          return n
        })
      const tuples = await collect(face.api.fork([watch(0), watch(1), watch(2)])([1, 2, 3, 4]))
      t.strictSame(
        tuples,
        [1, 2, 3, 4].map((n) => [n, n, n]),
      )
      t.equal(widest, 1)
    },
  )

  t.test(
    `T1: a tee's branches (${face.name}) are independent after a partial read, and its skew is reported`,
    async (t) => {
      const branches = face.api.tee([1, 2, 3, 4, 5], 2)
      const iterators = branches.map((branch) => face.iterate(branch))
      for (const wanted of [1, 2, 3]) t.equal((await iterators[0]?.next())?.value, wanted)
      t.equal(branches.stats()[1]?.lag, 3)
      for (const wanted of [1, 2, 3, 4, 5]) t.equal((await iterators[1]?.next())?.value, wanted)
      for (const wanted of [4, 5]) t.equal((await iterators[0]?.next())?.value, wanted)
      t.equal((await iterators[0]?.next())?.done, true)
      t.equal((await iterators[1]?.next())?.done, true)
      t.strictSame(
        branches.stats().map(({ done }) => done),
        [true, true],
      )
    },
  )

  t.test(`T1: the branches of a multicast (${face.name}) each yield the complete sequence`, async (t) => {
    const items = Array.from({ length: 50 }, (_, i) => i)
    const branches = face.api.multicast(items, 3, { maxlen: 100 })
    t.strictSame(await Promise.all(branches.map((branch) => collect(branch))), [items, items, items])
    for (const branch of face.api.multicast(items, 3, { maxlen: 50 }))
      t.strictSame(await collect(branch), items)
  })
}
