import { Queue } from '../../kernel/queue.ts'
import type { Consumer, Delivery, DeliveryMaker } from './delivery.ts'
import { byteLength } from './held-items.ts'

export const balance =
  <T>(bytes: boolean): DeliveryMaker<T> =>
  (branches) =>
    new Balance(branches, bytes)

/**
 * Each item is for one branch: the one that has been in line the longest. A branch gets in line when it asks for an item, and
 * leaves it when it is given one.
 *
 * A branch that asks again at once, as the pump of a flowing Readable does, would take everything that a synchronous source has
 * before the others had asked even once. So it waits for a turn, unless others are in line anyway.
 */
class Balance<T> implements Delivery<T> {
  readonly limit = Infinity
  /** A branch has to ask before each pull, which is how it gets in line. */
  readonly isFull = true
  open = 0
  faces = 0
  readonly #branches: readonly Consumer[]
  readonly #bytes: boolean
  readonly #line = new Set<Consumer>()
  /** Items given to branches that have yet to take them. */
  readonly #given = new Map<Consumer, T>()
  /** Items for the next branch that asks. There are none while branches are in line. */
  readonly #unclaimed = new Queue<T>()
  /** The last branch that took an item, in this turn. */
  #served: Consumer | undefined
  #isTurnDue = false
  #isEndHeld = false

  constructor(branches: readonly Consumer[], bytes: boolean) {
    this.#branches = branches
    this.#bytes = bytes
  }

  push(item: T): void {
    const [branch] = this.#line
    if (branch === undefined) {
      this.#unclaimed.push(item)
      return
    }
    this.#line.delete(branch)
    this.#given.set(branch, item)
    const lag = this.lagOf(branch)
    if (lag > branch.peak) branch.peak = lag
  }

  has(branch: Consumer): boolean {
    return this.#given.has(branch) || this.#unclaimed.length > 0
  }

  admits(branch: Consumer): boolean {
    if (this.has(branch)) return true
    if (branch === this.#served && this.#line.size === 0) return false
    this.#line.add(branch)
    return true
  }

  take(branch: Consumer): T {
    const item = this.#given.has(branch) ? (this.#given.get(branch) as T) : (this.#unclaimed.shift() as T)
    this.#given.delete(branch)
    const size = this.#sizeOf(item)
    branch.taken += size
    if (branch.face !== undefined) branch.inFlight = size
    if (this.open > 1) {
      this.#served = branch
      this.#startTurn()
    }
    return item
  }

  holdsEnd(): boolean {
    if (this.#given.size === 0) return false
    return (this.#isEndHeld = true)
  }

  join(): void {
    this.open++
  }

  /** An item that the branch was given but has not taken is for the next in line. */
  leave(branch: Consumer): T[] {
    this.open--
    this.#line.delete(branch)
    if (this.#given.has(branch)) {
      const item = this.#given.get(branch) as T
      this.#given.delete(branch)
      this.push(item)
    }
    return []
  }

  recompute(): void {
    for (const branch of this.#given.keys()) branch.wakeWaiting()
  }

  lagOf(branch: Consumer): number {
    const given = this.#given.has(branch) ? this.#sizeOf(this.#given.get(branch) as T) : 0
    return given + branch.taken - branch.delivered
  }

  onDelivered(): void {}
  refreshPeaks(): void {}

  /** The last item that was given has perhaps been taken. */
  #wakeWaiting(): void {
    this.#isEndHeld = false
    for (const branch of this.#branches) branch.wakeWaiting()
  }

  #sizeOf(item: T): number {
    return this.#bytes ? byteLength(item as string | Uint8Array) : 1
  }

  /** A microtask is enough of a turn: `process.nextTick`, in which pumps run, comes before it. */
  #startTurn(): void {
    if (this.#isTurnDue) return
    this.#isTurnDue = true
    queueMicrotask(() => {
      this.#isTurnDue = false
      this.#served = undefined
      for (const branch of this.#branches) branch.wakeBlocked()
      if (this.#isEndHeld) this.#wakeWaiting()
    })
  }
}
