import t from 'tap'
import { broadcast } from '../../lib/fan-out/delivery/broadcast.ts'
import type { BranchSettings } from '../../lib/fan-out/branch-settings.ts'
import { Hub } from '../../lib/fan-out/hub.ts'
import { block } from '../../lib/fan-out/overflow/block.ts'
import type { Policy } from '../../lib/fan-out/overflow/verdict.ts'
import { toRecipe } from '../../lib/from/recognise.ts'
import { BranchReader } from '../instruments/branch-reader.ts'

const unbounded: BranchSettings = { maxlen: Infinity, policy: block }
const hubOf = <T>(source: Iterable<T>, ...branches: readonly BranchSettings[]): Hub<T> =>
  new Hub({
    source: toRecipe<T>(source, 'source', 'iter'),
    branches,
    deliveryOf: broadcast(false),
    bytes: false,
    face: 'iter',
  })
const readers = <T>(hub: Hub<T>): BranchReader<T>[] => hub.branches.map((branch) => new BranchReader(branch))
const next = <T>(reader: BranchReader<T> | undefined): T | 'waits' | 'end' | undefined => reader?.next()
function drain<T>(reader: BranchReader<T> | undefined): (T | 'waits' | undefined)[] {
  const items: (T | 'waits' | undefined)[] = []
  for (let item = next(reader); item !== 'end'; item = next(reader)) items.push(item)
  return items
}

function* upTo(end: number, onClose: () => void = () => undefined): Generator<number> {
  try {
    for (let n = 0; n < end; n++) yield n
  } finally {
    onClose()
  }
}

t.test('a branch that joins late receives the items that no branch has taken yet', async (t) => {
  const hub = hubOf(upTo(6), unbounded, unbounded)
  const [fast, slow] = readers(hub)
  t.strictSame([next(fast), next(fast), next(fast), next(slow)], [0, 1, 2, 0])
  const late = new BranchReader(hub.add(unbounded))
  t.strictSame(drain(late), [3, 4, 5])
  t.strictSame(drain(fast), [3, 4, 5])
  t.strictSame(drain(slow), [1, 2, 3, 4, 5])
})

t.test(
  'a branch that joins late receives an item that was pulled but that no branch was allowed to take',
  async (t) => {
    let isOpen = false
    const hub = hubOf(upTo(3), { maxlen: 1, policy: () => (isOpen ? { kind: 'pass' } : { kind: 'wait' }) })
    const [only] = hub.branches
    // A second branch, which takes nothing, holds up the first.
    const idle = hub.add({ maxlen: 1, policy: (only as (typeof hub.branches)[0]).policy })
    const [first] = readers(hub)
    t.equal(next(first), 0)
    t.equal(next(first), 'waits')
    const late = new BranchReader(hub.add(unbounded))
    isOpen = true
    t.strictSame(drain(late), [1, 2])
    t.strictSame(drain(new BranchReader(idle)), [0, 1, 2])
  },
)

t.test('the source is closed when the last branch has left, including those that joined late', async (t) => {
  let closed = 0
  const hub = hubOf(
    upTo(6, () => closed++),
    unbounded,
  )
  const [first] = readers(hub)
  next(first)
  const late = new BranchReader(hub.add(unbounded))
  t.equal(next(late), 1)
  first?.close()
  t.equal(closed, 0)
  late.close()
  t.equal(closed, 1)
})

t.test('with the verdict "pass" the puller continues, and nothing is lost', async (t) => {
  const pass: Policy = () => ({ kind: 'pass' })
  const [fast, slow] = readers(hubOf(upTo(5), { maxlen: 1, policy: pass }, { maxlen: 1, policy: pass }))
  t.strictSame(drain(fast), [0, 1, 2, 3, 4])
  t.strictSame(drain(slow), [0, 1, 2, 3, 4])
})

t.test('with the verdict "skip" items are dropped for the laggard, and no longer count as lag', async (t) => {
  const skip = (which: 'oldest' | 'newest'): BranchSettings => ({
    maxlen: 2,
    policy: () => ({ kind: 'skip', which }),
  })
  const hub = hubOf(upTo(7), skip('oldest'), skip('oldest'), skip('newest'))
  const [fast, old, young] = readers(hub)
  const lags = (): number[] => hub.stats().map(({ lag }) => lag)
  t.strictSame([next(fast), next(fast), next(fast), next(fast)], [0, 1, 2, 3])
  t.strictSame(lags(), [0, 2, 2])
  t.strictSame([next(old), next(young)], [2, 0])
  t.strictSame(lags(), [0, 1, 1])
  t.equal(next(fast), 4)
  t.strictSame(lags(), [0, 2, 2], 'there was room for one item')
  t.strictSame([next(young), next(young)], [1, 4], 'the newest items were dropped while there was no room')
  t.strictSame(drain(old), [3, 4, 5, 6])
  t.strictSame(drain(young), [5, 6])
  t.strictSame(drain(fast), [5, 6], 'the puller itself never misses an item')
})

t.test('several laggards: nothing is dropped while one of them makes the puller wait', async (t) => {
  let waits = true
  const hub = hubOf(
    upTo(5),
    unbounded,
    { maxlen: 1, policy: () => ({ kind: 'skip', which: 'oldest' }) },
    { maxlen: 1, policy: () => (waits ? { kind: 'wait' } : { kind: 'pass' }) },
  )
  const [fast, dropping, blocking] = readers(hub)
  t.strictSame([next(fast), next(fast)], [0, 'waits'])
  t.equal(next(dropping), 0)
  waits = false
  t.strictSame([next(fast), next(fast)], [1, 2])
  t.equal(next(dropping), 2)
  t.strictSame(drain(blocking), [0, 1, 2, 3, 4])
})

t.test('several laggards: failing takes precedence over waiting', async (t) => {
  const error = new Error('too slow')
  const failing: Policy = () => {
    throw error
  }
  const hub = hubOf(upTo(5), unbounded, { maxlen: 1, policy: block }, { maxlen: 1, policy: failing })
  const [fast, blocking] = readers(hub)
  t.equal(next(fast), 0)
  t.throws(() => next(fast), error)
  t.equal(next(blocking), 0)
  t.throws(() => next(blocking), error)
})

t.test('with the verdict "detach" only the laggard fails, after the items queued for it', async (t) => {
  const error = new Error('too slow')
  const detach: Policy = () => ({ kind: 'detach', error })
  const hub = hubOf(upTo(6), { maxlen: 2, policy: detach }, { maxlen: 2, policy: detach })
  const [fast, slow] = readers(hub)
  next(slow)
  t.strictSame(drain(fast), [0, 1, 2, 3, 4, 5])
  t.strictSame([next(slow), next(slow)], [1, 2])
  t.throws(() => next(slow), error)
  t.equal(next(slow), 'end')
})

t.test('a detached branch that is closed yields nothing more', async (t) => {
  const detach: Policy = () => ({ kind: 'detach', error: new Error('too slow') })
  const hub = hubOf(upTo(6), { maxlen: 1, policy: detach }, { maxlen: 1, policy: detach })
  const [fast, slow] = readers(hub)
  next(slow)
  drain(fast)
  slow?.close()
  t.equal(next(slow), 'end')
})

t.test('a branch that joins late limits the lead of the others to its own maxlen', async (t) => {
  const block1: BranchSettings = { maxlen: 1, policy: () => ({ kind: 'wait' }) }
  const hub = hubOf(upTo(20), { maxlen: 10, policy: block })
  const [first] = hub.branches
  const reader = new BranchReader(first as (typeof hub.branches)[0])
  next(reader)
  const late = hub.add(block1)
  next(reader)
  next(reader)
  t.equal(first?.blocked, true, 'one item ahead of the new branch')
  t.equal(first?.taken, 2)
  t.equal(late.taken, 1)
})

t.test(
  'a puller waits if only its own face holds it up; the newest item is skipped if a face has buffered the others',
  async (t) => {
    let asked = 0
    const skip: Policy = () => {
      asked++
      return { kind: 'skip', which: 'oldest' }
    }
    let held = 0
    const face = {
      unread: () => held,
      hasDemand: () => false,
      fail: () => undefined,
      destroy: () => undefined,
    }
    const hub = hubOf(upTo(9), { maxlen: 2, policy: skip }, { maxlen: 9, policy: skip })
    const [slow] = hub.branches
    const [slowReader, fastReader] = readers(hub)
    slow?.attachFace(face)
    for (let i = 0; i < 3; i++) {
      next(slowReader)
      held += slow?.landed() ?? 0
    }
    t.equal(slow?.blocked, true, 'by its own face')
    t.equal(asked, 0)
    t.strictSame([next(fastReader), next(fastReader), next(fastReader)], [0, 1, 2])
    t.equal(asked, 1)
    held = 0
    t.equal(next(slowReader), 3)
  },
)
