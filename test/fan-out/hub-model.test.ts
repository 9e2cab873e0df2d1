/** Runs random commands on a multicast and on a model of it: after each, items, drops and onLag calls must be equal. */
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import t from 'tap'
import * as async from '../../lib/async.ts'
import * as streams from '../../lib/index.ts'
import type { BranchStats, JoinableBranches, Overflow } from '../../lib/index.ts'
import * as iter from '../../lib/iter.ts'

/** An item; `'end'`; or the name of an error. */
type Outcome = number | string
type From = 'next' | 'oldest'
type Offer = 'item' | 'end' | 'boom'

interface BranchOptions {
  readonly overflow: Overflow
  readonly maxlen: number
}

/** The expected behaviour of a branch. */
class ModelBranch {
  readonly index: number
  readonly overflow: Overflow
  readonly maxlen: number
  readonly got: Outcome[] = []
  readonly told: number[] = []
  queue: number[] = []
  dropped = 0
  untold = 0
  /** The number of pending requests. */
  asks = 0
  /** The branches that it waits for, since its next item would put it too far ahead of them. */
  waitsFor: readonly ModelBranch[] = []
  state: 'open' | 'detached' | 'ended' | 'left' = 'open'
  error: string | undefined
  /** The position at which the branch joined: until it gets further, it cannot be the leader. */
  joinedAt = 0

  constructor(index: number, { overflow, maxlen }: BranchOptions) {
    this.index = index
    this.overflow = overflow
    this.maxlen = maxlen
  }

  get isOpen(): boolean {
    return this.state === 'open'
  }

  get isFull(): boolean {
    return this.isOpen && this.queue.length >= this.maxlen
  }

  /** Called when another branch is the first to receive this item. */
  deliver(item: number): void {
    this.waitsFor = []
    const { isFull, overflow } = this
    if (!isFull || overflow === 'drop-oldest') this.queue.push(item)
    if (!isFull) return
    if (overflow === 'detach') this.detach(`overflow of ${this.index}`)
    else {
      if (overflow === 'drop-oldest') this.queue.shift()
      this.dropped++
      this.untold++
    }
  }

  /** Only this branch fails, after the items in its queue. */
  detach(error: string): void {
    this.state = 'detached'
    this.error = error
  }

  leave(): void {
    if (this.state !== 'ended') this.state = 'left'
    this.got.push(...Array<string>(this.asks).fill('end'))
    this.queue = []
    this.asks = this.untold = 0
  }
}

/** The expected behaviour of a multicast. Created without branches, it stays open when the last one leaves. */
class Model {
  readonly branches: ModelBranch[] = []
  /** The branches that `stats()` reports. */
  listed: ModelBranch[] = []
  /** False once a branch that had received everything is no longer listed: it counts as the leader until another leaves. */
  knowsLag = true
  /** How many items the source has yielded. */
  given = 0
  /** How the source ended. */
  over: 'end' | 'boom' | undefined
  /** The first item that no branch has received. */
  next = 0
  readonly #first: number
  /** The error that all branches fail with. */
  #failure: string | undefined
  #hasEnded = false
  /** Whether the last branch left before the end. */
  #isClosed = false

  constructor(first: readonly BranchOptions[]) {
    this.#first = first.length
    for (const options of first) this.join(options, 'next')
  }

  get open(): ModelBranch[] {
    return this.branches.filter(({ isOpen }) => isOpen)
  }

  join(options: BranchOptions, from: From): void {
    const branch = new ModelBranch(this.branches.length, options)
    if (from === 'oldest') branch.queue = this.#oldest(branch.maxlen)
    branch.joinedAt = branch.queue[0] ?? this.next
    if (this.#isClosed) branch.detach('AbortError')
    this.branches.push(branch)
    const isListed = ({ isOpen }: ModelBranch, i: number): boolean => i < this.#first || isOpen
    if (this.listed.some((other, i) => other.state === 'ended' && !isListed(other, i))) this.knowsLag = false
    this.listed = [...this.listed.filter(isListed), branch]
  }

  ask(index: number): void {
    const branch = this.branches[index] as ModelBranch
    branch.asks++
    this.#settle()
  }

  /** Called when the source yields an item, ends or fails. */
  arrive(what: Offer): void {
    if (what === 'item') this.given++
    else this.over = what
    this.#settle()
  }

  leave(index: number): void {
    this.branches[index]?.leave()
    const isOver = this.#hasEnded || this.#failure !== undefined
    if (this.open.length === 0 && this.#first > 0 && !isOver) this.#isClosed = true
    this.#settle()
  }

  /** Serves the branches in turn until all of them have to wait. */
  #settle(): void {
    const answer = (branch: ModelBranch): boolean => {
      const outcome = branch.asks > 0 ? this.#outcome(branch) : undefined
      if (outcome === undefined) return false
      branch.asks--
      return branch.got.push(outcome) > 0
    }
    while (this.branches.filter(answer).length > 0);
  }

  /**
   * The number of items that the fastest branch has received and this one has yet to receive. Items dropped beyond the fastest
   * branch's position are subtracted, so the lag is too low then; this happens only after the branch that was there has left.
   */
  lag({ isOpen, queue }: ModelBranch): number {
    const live = this.listed.filter(({ state }) => state === 'open' || state === 'ended')
    const reached = live
      .map((branch) => ({ got: branch.queue[0] ?? this.next, joinedAt: branch.joinedAt }))
      .filter(({ got, joinedAt }) => got > joinedAt)
    const lead = Math.max(0, ...reached.map(({ got }) => got))
    return isOpen ? Math.max(0, lead - this.next + queue.length) : 0
  }

  #outcome(branch: ModelBranch): Outcome | undefined {
    if (branch.untold > 0) branch.told.push(branch.untold)
    branch.untold = 0
    const { state } = branch
    if (branch.queue.length > 0) return branch.queue.shift()
    if (state === 'ended' || state === 'left') return 'end'
    if (state === 'open' && this.#failure === undefined) {
      if (this.next < this.given) return this.#take(branch)
      if (this.over === 'end') return this.#end(branch)
      if (this.over === undefined) return undefined
      this.#failure = this.over
    }
    branch.state = 'left'
    return branch.error ?? this.#failure
  }

  /** Makes the branch the first to receive an item, unless others lag too far behind. */
  #take(branch: ModelBranch): Outcome | undefined {
    if (branch.waitsFor.some(({ isFull }) => isFull)) return undefined
    const laggards = this.open.filter(({ isFull }) => isFull)
    const failing = laggards.find(({ overflow }) => overflow === 'fail')
    if (failing !== undefined) {
      branch.state = 'left'
      return (this.#failure = `overflow of ${failing.index}`)
    }
    branch.waitsFor = laggards.filter(({ overflow }) => overflow === 'block')
    if (branch.waitsFor.length > 0) return undefined
    for (const other of this.open) if (other !== branch) other.deliver(this.next)
    return this.next++
  }

  #end(branch: ModelBranch): Outcome {
    this.#hasEnded = true
    branch.state = 'ended'
    return 'end'
  }

  /** The contiguous run of held items before the first one that no branch has received. */
  #oldest(most: number): number[] {
    const held = new Set(this.open.flatMap(({ queue }) => queue))
    let from = this.next
    while (held.has(from - 1) && this.next - from < most) from--
    return Array.from({ length: this.next - from }, (_, i) => from + i)
  }
}

const boom = new Error('boom')

const nameOf = (error: unknown): string => {
  if (error === boom) return 'boom'
  const { code, branch, name } = error as { code?: string; branch?: number; name: string }
  // This is how the iterator of a Readable ends when the Readable is destroyed.
  if (code === 'ERR_STREAM_PREMATURE_CLOSE') return 'end'
  return code === 'ERR_FANPIPE_OVERFLOW' ? `overflow of ${branch}` : name
}
const outcomeOf = ({ done, value }: IteratorResult<number, unknown>): Outcome =>
  done === true ? 'end' : value

/** A multicast that logs what its branches receive. All its work is done when `settled` returns or resolves. */
abstract class Hub<Settled, Branch = unknown> {
  readonly got: Outcome[][] = []
  readonly told: number[][] = []
  readonly #branches: JoinableBranches<Branch, number>
  readonly #joined: Branch[]

  constructor(
    multicast: (options: readonly BranchOptions[]) => JoinableBranches<Branch, number>,
    first: readonly BranchOptions[],
  ) {
    this.#branches = multicast(first.map((options) => this.#observe(options)))
    this.#joined = [...this.#branches]
  }

  stats(): readonly BranchStats[] {
    return this.#branches.stats()
  }

  join(options: BranchOptions, from: From): void {
    this.#joined.push(this.#branches.branch({ ...this.#observe(options), from }))
  }

  abstract ask(index: number): void
  abstract leave(index: number): void
  abstract settled(check: () => void): Settled

  protected branch(index: number): Branch {
    return this.#joined[index] as Branch
  }

  protected note(index: number, outcome: Outcome): void {
    this.got[index]?.push(outcome)
  }

  #observe(options: BranchOptions): BranchOptions & { onLag(dropped: number): void } {
    const told: number[] = []
    this.told.push(told)
    this.got.push([])
    return { ...options, onLag: (dropped) => void told.push(dropped) }
  }
}

class IterHub extends Hub<void, IterableIterator<number>> {
  constructor(source: Iterable<number>, first: readonly BranchOptions[]) {
    super((options) => iter.multicast(source, options), first)
  }

  ask(index: number): void {
    try {
      this.note(index, outcomeOf(this.branch(index).next()))
    } catch (error) {
      this.note(index, nameOf(error))
    }
  }

  leave(index: number): void {
    this.branch(index).return?.()
  }

  settled(check: () => void): void {
    check()
  }
}

class AsyncHub extends Hub<Promise<void>, AsyncIterable<number>> {
  readonly source: ScheduledSource
  readonly #iterators: AsyncIterator<number>[] = []

  constructor({ multicast }: typeof async, source: ScheduledSource, first: readonly BranchOptions[]) {
    // The Readable takes an item only when one is requested.
    const options: object = multicast === async.multicast ? {} : { highWaterMark: 0 }
    super((branches) => multicast(source, branches, options), first)
    this.source = source
  }

  ask(index: number): void {
    const iterator = (this.#iterators[index] ??= this.branch(index)[Symbol.asyncIterator]())
    void iterator
      .next()
      .then(outcomeOf, nameOf)
      .then((outcome) => this.note(index, outcome))
  }

  leave(index: number): void {
    const branch = this.branch(index)
    if (branch instanceof Readable) branch.destroy()
    else void branch[Symbol.asyncIterator]().return?.()
  }

  async settled(check: () => void): Promise<void> {
    await turn()
    check()
  }
}

/** A source that yields what it is offered when the scheduler decides, and tells the model. */
class ScheduledSource implements AsyncIterableIterator<number> {
  readonly #scheduler: fc.Scheduler
  readonly #model: Model
  readonly #offers: Offer[] = []
  #onOffer: (() => void) | undefined

  constructor(scheduler: fc.Scheduler, model: Model) {
    this.#scheduler = scheduler
    this.#model = model
  }

  offer(what: Offer): void {
    this.#offers.push(what)
    this.#onOffer?.()
  }

  async next(): Promise<IteratorResult<number, undefined>> {
    while (this.#offers.length === 0) await new Promise<void>((resolve) => (this.#onOffer = resolve))
    const what = this.#offers.shift() as Offer
    await this.#scheduler.schedule(Promise.resolve(), `source: ${what}`)
    this.#model.arrive(what)
    if (what === 'boom') throw boom
    return what === 'end' ? { done: true, value: undefined } : { done: false, value: this.#model.given - 1 }
  }

  async return(): Promise<IteratorResult<number, undefined>> {
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}

function compare(model: Model, hub: Hub<unknown>): void {
  assert.deepEqual(
    hub.got,
    model.branches.map(({ got }) => got),
  )
  assert.deepEqual(
    hub.told,
    model.branches.map(({ told }) => told),
  )
  const stats = hub.stats()
  assert.deepEqual(
    stats.map(({ dropped, done }) => ({ dropped, done })),
    model.listed.map(({ dropped, isOpen }) => ({ dropped, done: !isOpen })),
  )
  for (const [i, branch] of model.listed.entries()) {
    const { lag, peak } = stats[i] as BranchStats
    if (model.knowsLag) assert.equal(lag, model.lag(branch))
    assert(lag <= peak && peak <= branch.maxlen, `lag ${lag}, peak ${peak}, maxlen ${branch.maxlen}`)
  }
}

/** A command that runs on the multicast and on the model, and then compares them. */
class Command<Settled, H extends Hub<Settled> = Hub<Settled>> {
  readonly #name: string
  readonly #fits: (model: Readonly<Model>) => boolean
  readonly #act: (model: Model, hub: H) => void

  constructor(name: string, fits: (model: Readonly<Model>) => boolean, act: (model: Model, hub: H) => void) {
    this.#name = name
    this.#fits = fits
    this.#act = act
  }

  check(model: Readonly<Model>): boolean {
    return this.#fits(model)
  }

  run(model: Model, hub: H): Settled {
    this.#act(model, hub)
    return hub.settled(() => compare(model, hub))
  }

  toString(): string {
    return this.#name
  }
}

const hasBranch =
  (index: number) =>
  ({ branches }: Readonly<Model>): boolean =>
    index < branches.length

const read = <Settled>(index: number): Command<Settled> =>
  new Command(`read ${index}`, hasBranch(index), (model, hub) => {
    hub.ask(index)
    model.ask(index)
  })
const leave = <Settled>(index: number): Command<Settled> =>
  new Command(`leave ${index}`, hasBranch(index), (model, hub) => {
    hub.leave(index)
    model.leave(index)
  })
const join = <Settled>([options, from]: readonly [BranchOptions, From]): Command<Settled> =>
  new Command(
    `join ${options.overflow} ${options.maxlen} from ${from}`,
    ({ branches }) => branches.length < 6,
    (model, hub) => {
      hub.join(options, from)
      model.join(options, from)
    },
  )

const branchOptions = (overflow: readonly Overflow[]): fc.Arbitrary<BranchOptions> =>
  fc.record({ overflow: fc.constantFrom(...overflow), maxlen: fc.integer({ min: 1, max: 4 }) })
const from = fc.constantFrom<From>('next', 'oldest')

const commandsOf = <Settled, H extends Hub<Settled>>(
  options: fc.Arbitrary<BranchOptions>,
  ...others: fc.WeightedArbitrary<Command<Settled, H>>[]
): fc.Arbitrary<Command<Settled, H>> =>
  fc.oneof(
    { weight: 12, arbitrary: fc.nat(5).map(read<Settled>) },
    { weight: 1, arbitrary: fc.nat(5).map(leave<Settled>) },
    { weight: 2, arbitrary: fc.tuple(options, from).map(join<Settled>) },
    ...others,
  )

const syncOptions = branchOptions(['fail', 'drop-oldest', 'drop-newest', 'detach'])
const asyncOptions = branchOptions(['block', 'fail', 'drop-oldest', 'drop-newest', 'detach'])

t.test('iter: a multicast behaves like its model', async (t) => {
  function* source(length: number, fails: boolean): Generator<number> {
    for (let n = 0; n < length; n++) yield n
    if (fails) throw boom
  }
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(
        fc.array(syncOptions, { maxLength: 4 }),
        fc.nat(30),
        fc.boolean(),
        fc.commands([commandsOf<void, IterHub>(syncOptions)], { maxCommands: 120, size: 'max' }),
        (first, length, fails, commands) => {
          const hub = new IterHub(source(length, fails), first)
          const model = new Model(first)
          model.given = length
          model.over = fails ? 'boom' : 'end'
          fc.modelRun(() => ({ model, real: hub }), commands)
        },
      ),
      { numRuns: 500 },
    ),
  )
})

const offer = (what: Offer): Command<Promise<void>, AsyncHub> =>
  new Command(
    `offer ${what}`,
    () => true,
    (_, { source }) => source.offer(what),
  )
const asyncCommands = commandsOf<Promise<void>, AsyncHub>(
  asyncOptions,
  { weight: 12, arbitrary: fc.constant(offer('item')) },
  { weight: 1, arbitrary: fc.constantFrom<Offer>('end', 'boom').map(offer) },
)

for (const [name, api] of Object.entries({ async, streams: streams as unknown as typeof async }))
  t.test(`${name}: a multicast behaves like its model, whenever its source settles`, async (t) => {
    await t.resolves(
      fc.assert(
        fc.asyncProperty(
          fc.scheduler({ act: (run) => run().then(() => turn()) }),
          fc.array(asyncOptions, { maxLength: 4 }),
          fc.commands([asyncCommands], { maxCommands: 60, size: 'max' }),
          async (scheduler, first, commands) => {
            const model = new Model(first)
            const hub = new AsyncHub(api, new ScheduledSource(scheduler, model), first)
            await fc.scheduledModelRun(scheduler, () => ({ model, real: hub }), commands)
            await hub.settled(() => compare(model, hub))
          },
        ),
        { numRuns: 150 },
      ),
    )
  })
