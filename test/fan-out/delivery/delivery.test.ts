import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { Consumer, Delivery, DeliveryMaker } from '../../../lib/fan-out/delivery/delivery.ts'
import { Hub } from '../../../lib/fan-out/hub.ts'
import { block } from '../../../lib/fan-out/overflow/block.ts'
import { toRecipe } from '../../../lib/from/recognise.ts'
import { RootAsyncIterator } from '../../../lib/to/async-iterable.ts'

/** Delivers each item to one branch; holds up to `room` items per branch, and one more item for which there is no room. */
class Sorting implements Delivery<number> {
  readonly limit = Infinity
  open = 0
  faces = 0
  readonly #queues: number[][] = []
  readonly #branches: readonly Consumer[]
  readonly #room: number

  constructor(branches: readonly Consumer[], room: number) {
    this.#branches = branches
    this.#room = room
  }

  get isFull(): boolean {
    return this.#queues.some(({ length }) => length > this.#room)
  }

  push(item: number): void {
    if (item < 0) throw new RangeError('a negative item')
    this.#queues[item % this.#queues.length]?.push(item)
  }

  has({ index }: Consumer): boolean {
    return (this.#queues[index] as number[]).length > 0
  }

  admits(): boolean {
    return !this.isFull
  }

  take({ index }: Consumer): number {
    const wasFull = this.isFull
    const item = this.#queues[index]?.shift() as number
    if (wasFull && !this.isFull) for (const branch of this.#branches) branch.wakeBlocked()
    return item
  }

  join(): void {
    this.open++
    this.#queues.push([])
  }

  leave({ index }: Consumer): number[] {
    this.open--
    return this.#queues[index]?.splice(0) ?? []
  }

  lagOf({ index }: Consumer): number {
    return this.#queues[index]?.length ?? 0
  }

  withdraw(): void {}
  onDelivered(): void {}
  recompute(): void {}
  refreshPeaks(): void {}
}

const sorting =
  (room: number): DeliveryMaker<number> =>
  (branches) =>
    new Sorting(branches, room)

function branchesOf(source: Iterable<number>, deliveryOf: DeliveryMaker<number>, n: number) {
  const hub = new Hub<number>({
    source: toRecipe(source, 'source', 'async'),
    branches: Array.from({ length: n }, () => ({ maxlen: Infinity, policy: block })),
    deliveryOf,
    bytes: false,
    face: 'async',
  })
  return hub.branches.map((branch) => new RootAsyncIterator(branch, {}, 'async'))
}

async function all(branch: AsyncIterable<number>, pause = 0): Promise<number[]> {
  const items: number[] = []
  for await (const item of branch) {
    items.push(item)
    if (pause > 0) await sleep(pause)
  }
  return items
}

t.test('a delivery can send each item to one branch, whichever branch pulled it', async (t) => {
  const [even, odd] = branchesOf([0, 2, 4, 1, 3, 6, 5, 7, 8], sorting(2), 2) as [
    RootAsyncIterator<number>,
    RootAsyncIterator<number>,
  ]
  t.strictSame(await Promise.all([all(even, 1), all(odd)]), [
    [0, 2, 4, 6, 8],
    [1, 3, 5, 7],
  ])
})

t.test('while there is no room for an item, nothing is pulled and the branches wait', async (t) => {
  let pulled = 0
  function* source(): Generator<number> {
    for (; pulled < 10; pulled++) yield 3 * pulled
  }
  const [first, second, third] = branchesOf(source(), sorting(2), 3) as [
    RootAsyncIterator<number>,
    RootAsyncIterator<number>,
    RootAsyncIterator<number>,
  ]
  const waiting = [second.next(), third.next()]
  await sleep(5)
  t.equal(pulled, 2, 'the third item is held')
  t.strictSame(await all(first), [0, 3, 6, 9, 12, 15, 18, 21, 24, 27])
  for (const { done } of await Promise.all(waiting)) t.equal(done, true)
})

t.test('a delivery that cannot take an item fails all branches', async (t) => {
  const [a, b] = branchesOf([0, 1, -1], sorting(9), 2) as [
    RootAsyncIterator<number>,
    RootAsyncIterator<number>,
  ]
  t.equal((await a.next()).value, 0)
  await t.rejects(a.next(), RangeError)
  t.equal((await b.next()).value, 1)
  await t.rejects(b.next(), RangeError)
})

t.test('timers and I/O get a turn, however many items go to other branches', async (t) => {
  let stopped = false
  function* endless(): Generator<number> {
    while (!stopped) yield 0
  }
  const [, odd] = branchesOf(endless(), (branches) => new Forgetful(branches, 0), 2) as [
    unknown,
    RootAsyncIterator<number>,
  ]
  setTimeout(() => (stopped = true))
  t.strictSame(await odd.next(), { done: true, value: undefined })
})

/** Drops items for which there is no room. */
class Forgetful extends Sorting {
  override push(): void {}
}

t.test(
  'a branch that is closed by its source receives nothing more, whichever branch the item is for',
  async (t) => {
    const closing: { branch?: AsyncIterator<number> } = {}
    function* source(): Generator<number> {
      yield 0
      void closing.branch?.return?.()
      yield 2
      yield 1
    }
    const [even, odd] = branchesOf(source(), sorting(9), 2) as [
      RootAsyncIterator<number>,
      RootAsyncIterator<number>,
    ]
    closing.branch = odd
    t.strictSame(await odd.next(), { done: true, value: undefined })
    t.strictSame(await all(even), [0, 2])
  },
)
