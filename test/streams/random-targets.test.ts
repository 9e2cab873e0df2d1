/**
 * Sinks whose targets run in an order chosen by a scheduler, while some of them fail or stall: the others receive
 * everything.
 */
import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import t from 'tap'
import { multicastSink, type Overflow, type TargetWithOptions } from '../../lib/index.ts'
import { systemClock } from '../../lib/kernel/clock.ts'
import { handClock, settled } from '../instruments/hand-clock.ts'

/** What a target does with an item: acknowledges it with an error, throws, never acknowledges it, or closes. */
type Fault = 'error' | 'throw' | 'hang' | 'close'

interface TargetSettings {
  readonly overflow: Overflow
  readonly maxlen: number
  readonly highWaterMark: number
  /** Whether the scheduler decides when items are acknowledged, rather than at once. */
  readonly isSlow: boolean
  /** `at` is the number of the item, from 1. */
  readonly fault: { readonly kind: Fault; readonly at: number } | undefined
}

const STALL = 100
const boom = new Error('boom')

class Target extends Writable {
  readonly items: number[] = []
  told = 0
  hasFailed = false
  hangs = false
  #writes = 0
  #isOverfilled = false
  readonly #settings: TargetSettings
  readonly #scheduler: fc.Scheduler

  constructor(settings: TargetSettings, scheduler: fc.Scheduler) {
    super({ objectMode: true, highWaterMark: settings.highWaterMark })
    this.#settings = settings
    this.#scheduler = scheduler
  }

  get options(): TargetWithOptions {
    const { overflow, maxlen } = this.#settings
    return {
      to: this,
      overflow,
      maxlen,
      onError: 'detach',
      ...(overflow === 'block' && { stall: STALL, onStall: 'detach' }),
      onLag: (dropped) => void (this.told += dropped),
    }
  }

  override write(item: number): boolean {
    const { fault } = this.#settings
    if (this.writableNeedDrain) this.#isOverfilled = true
    if (fault?.kind === 'throw' && ++this.#writes === fault.at) {
      this.hasFailed = true
      throw boom
    }
    return super.write(item)
  }

  override _write(item: number, _: BufferEncoding, done: (error?: Error) => void): void {
    const { fault, isSlow } = this.#settings
    const kind = this.items.push(item) === fault?.at ? fault.kind : undefined
    if (kind === 'error' || kind === 'close') this.hasFailed = true
    if (kind === 'hang') this.hangs = true
    if (this.hangs) return
    if (kind === 'close') this.destroy()
    const acknowledge = (): void => (kind === 'error' ? done(boom) : done())
    if (isSlow) void this.#scheduler.schedule(Promise.resolve(), `item ${item}`).then(acknowledge)
    else acknowledge()
  }

  check(length: number, dropped: number, peak: number): void {
    const { items, told } = this
    const { overflow, maxlen } = this.#settings
    const isLossy = overflow.startsWith('drop')
    assert(peak <= maxlen, `${peak} behind`)
    assert(!this.#isOverfilled, 'nothing is written to it while it needs to drain')
    if (isLossy) assert(items.every((item, i) => i === 0 || item > (items[i - 1] as number)))
    else assert.deepEqual(items, [...items.keys()], 'from the first item on, without gaps')
    if (this.hasFailed || this.hangs) return
    if (overflow === 'detach' && this.destroyed && !this.writableFinished) return
    assert(this.writableFinished, 'it has finished')
    assert.equal(items.length + dropped, length, 'it received everything that was not dropped')
    assert.equal(told, dropped)
    if (overflow === 'block') assert.equal(dropped, 0)
  }
}

const targetSettings = fc.record<TargetSettings>({
  overflow: fc.oneof(
    { weight: 3, arbitrary: fc.constant<Overflow>('block') },
    { weight: 2, arbitrary: fc.constantFrom<Overflow>('drop-oldest', 'drop-newest', 'detach') },
  ),
  maxlen: fc.integer({ min: 1, max: 4 }),
  highWaterMark: fc.integer({ min: 1, max: 4 }),
  isSlow: fc.boolean(),
  fault: fc.option(
    fc.record({
      kind: fc.constantFrom<Fault>('error', 'throw', 'hang', 'close'),
      at: fc.integer({ min: 1, max: 12 }),
    }),
    { nil: undefined },
  ),
})

t.test(
  'targets that neither fail nor stall receive every item, in order, whatever the others do',
  async (t) => {
    const { clock, advance } = handClock()
    const kept = { ...systemClock }
    t.teardown(() => Object.assign(systemClock, kept))
    Object.assign(systemClock, clock)
    await t.resolves(
      fc.assert(
        fc.asyncProperty(
          fc.scheduler({ act: (run) => run().then(() => setImmediate()) }),
          fc.array(targetSettings, { minLength: 1, maxLength: 5 }),
          fc.nat(20),
          fc.array(fc.constantFrom('at once', 'later', 'after drain'), { minLength: 1, maxLength: 4 }),
          async (scheduler, settings, length, pace) => {
            const targets = settings.map((own) => new Target(own, scheduler))
            const sink = multicastSink<number>(targets.map(({ options }) => options))
            let error: unknown
            sink.on('error', (given) => (error = given))
            const write = async (): Promise<void> => {
              for (let item = 0; item < length; item++) {
                const when = pace[item % pace.length]
                if (when === 'later') await scheduler.schedule(Promise.resolve(), `write ${item}`)
                const wantsMore = sink.destroyed || sink.write(item)
                if (when === 'after drain' && !wantsMore)
                  await new Promise<void>((resolve) => sink.once('drain', resolve).once('close', resolve))
              }
              sink.end()
            }
            void write()
            // Targets that hang are detached one after another.
            for (let turn = 0; turn <= targets.length; turn++) {
              await scheduler.waitIdle()
              await settled()
              await advance(STALL)
            }
            const stats = sink.stats()
            for (const [i, target] of targets.entries()) {
              const { dropped, peak } = stats[i] as (typeof stats)[number]
              target.check(length, dropped, peak)
            }
            const haveLeft = targets.every(
              ({ destroyed, writableFinished }) => destroyed && !writableFinished,
            )
            assert.equal(error !== undefined, haveLeft, 'the sink fails if and only if all targets have left')
            if (!targets.some(({ hangs }) => hangs) && !haveLeft) assert(sink.writableFinished)
            sink.destroy()
          },
        ),
        { numRuns: 300 },
      ),
    )
  },
)
