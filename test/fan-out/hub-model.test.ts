import fc from 'fast-check'
import t from 'tap'
import { broadcast } from '../../lib/fan-out/delivery/broadcast.ts'
import type { JoinFrom } from '../../lib/fan-out/delivery/delivery.ts'
import { Hub } from '../../lib/fan-out/hub.ts'
import { policies, type Overflow } from '../../lib/fan-out/overflow/overflow.ts'
import { toRecipe } from '../../lib/from/recognise.ts'
import { BranchReader } from '../instruments/branch-reader.ts'

const END = 30

/** What a branch should do, over arrays. */
class ModelBranch {
  readonly overflow: Overflow
  readonly maxlen: number
  queue: number[] = []
  dropped = 0
  unreported = 0
  told: number[] = []
  state: 'open' | 'detached' | 'ended' | 'left' = 'open'
  /** What the branch was given, or went without, before it joined: until it gets further, it does not lead. */
  joinedAt = 0

  constructor({ overflow, maxlen }: BranchOptions) {
    this.overflow = overflow
    this.maxlen = maxlen
  }

  drop(): void {
    this.dropped++
    this.unreported++
  }
}

class Model {
  readonly branches: ModelBranch[] = []
  #next = 0
  #failed = false

  pull(branch: ModelBranch): number | 'end' | 'error' | 'waits' {
    if (branch.unreported > 0) branch.told.push(branch.unreported)
    branch.unreported = 0
    const held = branch.queue.shift()
    if (held !== undefined) return held
    if (branch.state === 'ended' || branch.state === 'left') return 'end'
    if (branch.state === 'detached' || this.#failed) {
      branch.state = 'left'
      return 'error'
    }
    if (this.#next === END) {
      branch.state = 'ended'
      return 'end'
    }
    const laggards = this.open.filter(({ queue, maxlen }) => queue.length >= maxlen)
    if (laggards.some(({ overflow }) => overflow === 'fail')) {
      this.#failed = true
      branch.state = 'left'
      return 'error'
    }
    if (laggards.some(({ overflow }) => overflow === 'block')) return 'waits'
    const item = this.#next++
    for (const other of this.open) if (other !== branch) this.#deliver(item, other)
    return item
  }

  get open(): ModelBranch[] {
    return this.branches.filter(({ state }) => state === 'open')
  }

  /**
   * What the fastest branch has got that this one has not, and will. What was dropped further ahead than the fastest has got counts
   * against it, which happens only after the branch that had got there has left: then the lag reads too low.
   */
  lag({ queue }: ModelBranch): number {
    const live = this.branches.filter(({ state }) => state === 'open' || state === 'ended')
    const reached = live
      .map((branch) => ({ got: branch.queue[0] ?? this.#next, joinedAt: branch.joinedAt }))
      .filter(({ got, joinedAt }) => got > joinedAt)
    const lead = Math.max(0, ...reached.map(({ got }) => got))
    return Math.max(0, lead - this.#next + queue.length)
  }

  join(branch: ModelBranch, from: JoinFrom): void {
    if (from === 'oldest') branch.queue = this.#oldest(branch.maxlen)
    branch.joinedAt = branch.queue[0] ?? this.#next
    this.branches.push(branch)
  }

  /** The items that are held one next to the other before the first that no branch has taken. */
  #oldest(most: number): number[] {
    const held = new Set(this.open.flatMap(({ queue }) => queue))
    let from = this.#next
    while (held.has(from - 1) && this.#next - from < most) from--
    return Array.from({ length: this.#next - from }, (_, i) => from + i)
  }

  #deliver(item: number, branch: ModelBranch): void {
    const { queue, maxlen, overflow } = branch
    const isFull = queue.length >= maxlen
    if (isFull && overflow === 'detach') branch.state = 'detached'
    else if (isFull && overflow === 'drop-newest') branch.drop()
    else {
      queue.push(item)
      if (!isFull) return
      queue.shift()
      branch.drop()
    }
  }
}

interface BranchOptions {
  readonly overflow: Overflow
  readonly maxlen: number
}

const branchOptions = fc.record({
  overflow: fc.constantFrom<Overflow>('block', 'fail', 'drop-oldest', 'drop-newest', 'detach'),
  maxlen: fc.integer({ min: 1, max: 4 }),
})
const from = fc.constantFrom<JoinFrom>('next', 'oldest')
const command = fc.oneof(
  { weight: 12, arbitrary: fc.nat(4).map((pull) => ({ pull })) },
  { weight: 1, arbitrary: fc.nat(4).map((leave) => ({ leave })) },
  { weight: 1, arbitrary: fc.tuple(branchOptions, from).map((join) => ({ join })) },
)

function* source(): Generator<number> {
  for (let n = 0; n < END; n++) yield n
}

t.test('a hub behaves as its model, whatever its branches do and whatever their policies are', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(
        fc.array(branchOptions, { minLength: 1, maxLength: 4 }),
        fc.array(command, { maxLength: 120 }),
        (options, commands) => {
          const model = new Model()
          const hub = new Hub<number>({
            source: toRecipe(source, 'source', 'iter'),
            branches: [],
            deliveryOf: broadcast(false),
            bytes: false,
            face: 'iter',
          })
          const readers: BranchReader<number>[] = []
          const told: number[][] = []
          const join = (own: BranchOptions, from: JoinFrom = 'next'): void => {
            const heard: number[] = []
            told.push(heard)
            const policy = policies[own.overflow]
            readers.push(
              new BranchReader(hub.add({ maxlen: own.maxlen, policy, onLag: (n) => heard.push(n) }, from)),
            )
            model.join(new ModelBranch(own), from)
          }
          for (const own of options) join(own)
          for (const step of commands) {
            if ('join' in step) {
              if (model.open.length > 0) join(...step.join)
              continue
            }
            const [index = 0] = Object.values(step)
            const [reader, branch] = [readers[index], model.branches[index]]
            if (reader === undefined || branch === undefined) continue
            if ('leave' in step) {
              // The last one to leave closes the source, which is another test.
              if (model.open.length < 2) continue
              reader.close()
              branch.state = 'left'
              branch.queue = []
              branch.unreported = 0
              continue
            }
            let given: unknown
            try {
              given = reader.next()
            } catch {
              given = 'error'
            }
            if (given !== model.pull(branch)) return false
            const stats = hub.stats()
            for (const [i, own] of model.branches.entries()) {
              const known = stats[hub.branches.findIndex(({ index }) => index === i)]
              // A branch that is done may be forgotten when another joins.
              if (known === undefined && own.state !== 'open') continue
              if (known?.dropped !== own.dropped) return false
              if (own.state === 'open' && known.lag !== model.lag(own)) return false
            }
          }
          return model.branches.every((branch, i) => branch.told.join() === told[i]?.join())
        },
      ),
      { numRuns: 1000 },
    ),
  )
})
