/** A multicast to a fast branch and one that stops reading for a while, in virtual time, once for each policy. */
import { multicast, type BranchStats } from '../../lib/async.ts'
import { settled } from '../../test/instruments/hand-clock.ts'

export const TICKS = 56
export const MAXLEN = 8
/** When the slow branch does not read. */
export const PAUSE = { from: 10, to: 30 }

export const policies = ['block', 'drop-oldest', 'drop-newest', 'detach', 'fail'] as const
export type PolicyName = (typeof policies)[number]

export interface LagRun {
  readonly policy: PolicyName
  readonly fast: Consumer
  readonly slow: Consumer
  /** What `stats()` said of the slow branch at the end of each tick. */
  readonly lags: readonly number[]
  readonly dropped: number
}

/** The first items are 0, 1, 2 and so on. */
function* endless(): Generator<number> {
  for (let n = 0; ; n++) yield n
}

/** Asks a branch for an item when it is told to, unless it still waits for the one before. */
export class Consumer {
  /** At which tick it received each item. */
  readonly received = new Map<number, number>()
  failed: number | undefined
  #isWaiting = false
  readonly #branch: AsyncIterator<number>
  readonly #now: () => number

  constructor(branch: AsyncIterator<number>, now: () => number) {
    this.#branch = branch
    this.#now = now
  }

  async ask(): Promise<void> {
    if (this.#isWaiting || this.failed !== undefined) return
    this.#isWaiting = true
    try {
      const { value } = (await this.#branch.next()) as IteratorYieldResult<number>
      this.received.set(value, this.#now())
    } catch {
      this.failed = this.#now()
    }
    this.#isWaiting = false
  }
}

export async function lagRun(policy: PolicyName): Promise<LagRun> {
  let tick = 0
  const branches = multicast(endless(), [{}, { maxlen: MAXLEN, overflow: policy }])
  const [fast, slow] = branches.map((branch) => new Consumer(branch, () => tick)) as [Consumer, Consumer]
  const slowStats = (): BranchStats => branches.stats()[1] as BranchStats
  const lags: number[] = []
  for (; tick < TICKS; tick++) {
    void fast.ask()
    if (tick < PAUSE.from) void slow.ask()
    // afterwards it reads twice as fast as the other, until it has caught up
    else if (tick >= PAUSE.to) void slow.ask().then(() => slow.ask())
    await settled()
    lags.push(slowStats().lag)
  }
  const { dropped } = slowStats()
  await branches.close()
  return { policy, fast, slow, lags, dropped }
}
