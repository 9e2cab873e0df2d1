import type { Cleanup } from '../../kernel/cleanup.ts'
import { closeAll, DONE, isItem, PENDING, type Cursor, type Lender, type Step } from '../../kernel/cursor.ts'
import { systemClock } from '../../kernel/clock.ts'
import { IdleTimer } from '../../kernel/idle-timer.ts'
import type { ItemOrigin, Place } from '../../kernel/place.ts'
import { Readiness, type WakeableIndex } from '../../kernel/readiness.ts'
import type { Scope } from '../../kernel/scope.ts'
import { WorkBudget } from '../../kernel/work-budget.ts'
import type { Failure } from '../../kernel/failure.ts'
import type { Inputs } from '../inputs.ts'
import { Admission } from './admission.ts'
import { FollowAdmission } from './follow-admission.ts'
import { FollowWindow } from './follow-window.ts'
import { IdleInputs } from './idle-inputs.ts'
import { LateItems } from './late-items.ts'
import type { LatenessOptions } from './lateness-options.ts'
import { TimedInput } from './timed-input.ts'
import { Watermarks } from './watermarks.ts'
import { Window, type Entry } from './window.ts'

/**
 * Pulls only the input with the least watermark, which holds up all others. So no more items wait than the window of
 * lateness holds, and which input is quicker makes no difference.
 *
 * Watermarks: Akidau et al., The Dataflow Model, 2015.
 */
export class LatenessCursor<T> implements Cursor<T> {
  readonly #sources: Inputs<T>
  readonly #budget: WorkBudget
  readonly #inputs: readonly TimedInput<T>[]
  readonly #watermarks: Watermarks<T>
  readonly #window: Window<T>
  readonly #admission: Admission<T>
  readonly #lateItems: LateItems<T>
  readonly #idleInputs: IdleInputs<T> | undefined
  readonly #cleanup: Cleanup
  /** How many items were emitted. */
  #given = 0
  /** The item emitted last. */
  #latest: Entry<T> | undefined
  #isClosed = false

  constructor(inputs: Inputs<T>, scope: Scope, options: LatenessOptions<T>) {
    const { lateness, late = 'fail', idle, keyless, clock = systemClock } = options
    this.#sources = inputs
    this.#cleanup = scope.cleanup
    this.#budget = new WorkBudget(scope)
    this.#lateItems = new LateItems(scope, late)
    const woken = new Readiness<WakeableIndex>(scope)
    const { cursors, places } = inputs.openAll((index) =>
      idle === undefined ? scope : woken.scopeOf({ index, isReady: false }),
    )
    this.#inputs = cursors.map((cursor, i) => new TimedInput(i, cursor, places[i] as Place, lateness))
    this.#watermarks = new Watermarks(this.#inputs)
    if (keyless === 'follow') {
      const window = new FollowWindow(this.#inputs)
      this.#window = window
      this.#admission = new FollowAdmission(options, this.#lateItems, window)
    } else {
      this.#window = new Window()
      this.#admission = new Admission(options, this.#lateItems, this.#window)
    }
    if (idle === undefined) return
    const idleTimer = new IdleTimer(idle, clock, scope.wake)
    this.#idleInputs = new IdleInputs(
      this.#inputs,
      this.#watermarks,
      this.#window,
      idleTimer,
      woken,
      (input) => this.#poll(input),
    )
  }

  next(): Step<T> {
    if (this.#budget.yielding) return PENDING
    this.#idleInputs?.resume()
    for (;;) {
      const { reporting } = this.#lateItems
      if (reporting !== undefined && !this.#isReported(reporting)) return PENDING
      const { slowest } = this.#watermarks
      if (this.#window.isDue(slowest)) {
        const entry = this.#window.pop() as Entry<T>
        const { time, item, failure, input } = entry
        if (failure !== undefined) {
          this.#drop(failure, this.#inputs[input] as TimedInput<T>)
          continue
        }
        this.#window.released = time
        this.#latest = entry
        this.#given++
        this.#budget.reset()
        return item as T
      }
      if (slowest === undefined) return DONE
      if (this.#budget.spend()) return PENDING
      const pulled = this.#window.inputToPull(slowest)
      const answer = this.#answerOf(pulled)
      if (isItem(answer)) this.#take(pulled, answer)
      else if (answer === DONE) pulled.out = true
      else if (this.#idleInputs === undefined || this.#idleInputs.mustWaitFor(pulled)) return PENDING
      this.#watermarks.update(pulled.index)
    }
  }

  /** Known only of the latest item. */
  originOf(index: number): ItemOrigin | undefined {
    const latest = index === this.#given - 1 ? this.#latest : undefined
    return latest === undefined ? undefined : this.#inputs[latest.input]?.place.originOf(latest.index)
  }

  lender(): Lender<T> | undefined {
    return this.#latest?.lender
  }

  close(): void | Promise<void> {
    this.#idleInputs?.stop()
    if (!this.#isClosed) this.#handBack()
    this.#isClosed = true
    return closeAll(this.#inputs.map(({ cursor }) => cursor))
  }

  /** Puts back the items in the window, and then those that were polled but not taken. */
  #handBack(): void {
    for (const { item, lender } of this.#window.waiting()) lender?.takeBack(item as T)
    for (const { cursor, answer } of this.#inputs) if (isItem(answer)) cursor.lender?.()?.takeBack(answer)
  }

  /** Whether an input has an answer, which it keeps until that is taken. */
  #poll(input: TimedInput<T>): boolean {
    input.answer = this.#answerOf(input)
    return isItem(input.answer) || input.answer === DONE
  }

  /** The next item of an input or its end; DONE if it failed, and then the error waits in the window for its turn. */
  #answerOf(input: TimedInput<T>): Step<T> {
    const { answer } = input
    if (isItem(answer) || answer === DONE) {
      input.answer = PENDING
      return answer
    }
    try {
      return input.cursor.next()
    } catch (error) {
      this.#fail(input, error)
      return DONE
    }
  }

  #take(input: TimedInput<T>, item: T): void {
    this.#idleInputs?.onTaken(input)
    if (this.#cleanup.leavesOpen) input.lender = input.cursor.lender?.()
    try {
      this.#admission.admit(input, item)
    } catch (error) {
      this.#fail(input, error)
      input.out = true
    }
  }

  #isReported(input: TimedInput<T>): boolean {
    try {
      return this.#lateItems.isReported()
    } catch (error) {
      this.#fail(input, error)
      input.out = true
      this.#watermarks.update(input.index)
      return true
    }
  }

  #fail(input: TimedInput<T>, error: unknown): void {
    this.#window.pushFailure(input, this.#sources.hold(error, input.place))
  }

  #drop(failure: Failure, { place, cursor }: TimedInput<T>): void {
    this.#sources.dropFailed(failure, place, cursor)
  }
}
