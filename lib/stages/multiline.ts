import { show } from '../errors.ts'
import { cannotWait } from '../kernel/awaited.ts'
import { DONE, PENDING, type Cursor, type Step } from '../kernel/cursor.ts'
import { clockRule, systemClock, type Clock } from '../kernel/clock.ts'
import { holdNormalized, releaseFailure, type Failure } from '../kernel/failure.ts'
import { IdleTimer } from '../kernel/idle-timer.ts'
import { traced } from '../kernel/item-origin.ts'
import { callback, check, milliseconds, positiveInteger, readOptions, type Rule } from '../kernel/options.ts'
import type { ItemOrigin, Place } from '../kernel/place.ts'
import type { Scope } from '../kernel/scope.ts'
import { badItem, overLimit } from './bad-item.ts'
import { matcher } from './grep.ts'
import { planOf } from './plan.ts'
import { SKIP, StepCursor } from './step-cursor.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'

export interface MultilineOptions {
  /**
   * Which lines begin a record: those that match the regular expression, or those for which the function returns something
   * truthy. A promise is awaited, except over a sync iterable, where it is an `ArgumentError`.
   */
  start: RegExp | ((line: string, index: number) => unknown)
  /** The maximum number of lines in a record; 10,000 by default. */
  maxLines?: number | undefined
  /** The maximum length of a record, in UTF-16 units; 1 MiB by default. */
  maxLength?: number | undefined
}

/** `MultilineOptions` where it is possible to wait. */
export interface IdleMultilineOptions extends MultilineOptions {
  /** After this many milliseconds without another line, a record counts as complete; by default only the next one ends it. */
  idle?: number | undefined
  /** The clock that `idle` is measured with; by default that of the system. */
  clock?: Clock | undefined
}

export interface MultilineMaker<F extends FaceName> {
  /**
   * A stage that joins lines into records, with `\n` between them: a line for which `start` does not hold, such as one of
   * a stack trace, belongs to the record before it. The first line always begins a record.
   *
   * Order: the order of the input; every line is in one record.
   *
   * Memory: one record, at most `maxLines` lines and `maxLength` characters.
   *
   * Emits when: the next record begins, and for the last one at the end. With `idle`, also when a line has been asked for
   * and none has come for that many milliseconds; if more lines of the record come after that, they are a record of their
   * own.
   *
   * Backpressures when: downstream does. Time in which nobody asks for a record does not count as `idle`.
   *
   * Completes when: upstream does.
   *
   * Cancels when: the output is closed; upstream is closed with it. The timer of `idle` does not keep the process alive.
   *
   * Errors: `LimitError` (`ERR_FANPIPE_LIMIT`) for a record longer than `maxLines` or `maxLength`; `FormatError`
   * (`ERR_FANPIPE_FORMAT`) for a line that is not a string; what `start` throws, unchanged. Upstream's own error arrives
   * unchanged as well. The lines before an error come first, as a record, unless that is the one over the limit.
   * `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for an option that cannot be used, such as `idle` over a sync iterable, which
   * cannot wait.
   *
   * See also: `lineSource`, `groupBy`, and the option `keyless` of `merge`, which keeps such lines together without
   * joining them.
   *
   * @example
   * Array.from(multiline({ start: /^\d/ })(['1 failed', '  at x', '2 ok'])) // => ['1 failed\n  at x', '2 ok']
   */
  <A extends string = string>(
    options: F extends 'iter' ? MultilineOptions : IdleMultilineOptions,
  ): StageOf<F, A, string>
}

const startRule: Rule = {
  expected: 'a RegExp or a function',
  holds: (value) => value instanceof RegExp || callback.holds(value),
}

const rules = {
  start: startRule,
  maxLines: positiveInteger,
  maxLength: positiveInteger,
  idle: milliseconds,
  clock: clockRule,
} satisfies Record<string, Rule>

export const multiline = (options: IdleMultilineOptions): SyncStage<string, string> => {
  const settings = readOptions(options, rules)
  // `readOptions` accepts that an option is missing, but this one is required.
  check(settings.start, 'start', startRule)
  return toStage(
    planOf((open, scope, place) => {
      if (scope.face === 'iter') checkSync(settings.idle)
      return traced(new MultilineCursor(open(), scope, place, settings), place)
    }),
  )
}

/** The `multiline` of `fanpipe/iter`, which refuses at the call what the others would only refuse when they run. */
export const syncMultiline: MultilineMaker<'iter'> = (options) => {
  const stage = multiline(options)
  checkSync((options as IdleMultilineOptions).idle)
  return stage
}

function checkSync(idle: number | undefined): void {
  if (idle !== undefined) throw cannotWait('idle', 'left out', show(idle))
}

class MultilineCursor extends StepCursor<string, string> {
  readonly #scope: Scope
  readonly #place: Place
  readonly #isStart: (line: string, index: number) => unknown
  readonly #maxLines: number
  readonly #maxLength: number
  readonly #idle: IdleTimer | undefined
  /** What the timer read when the latest line came. */
  #lastLineAt = 0
  /** The lines of the record so far. */
  #lines: string[] = []
  /** The length of the record so far, with an end for each line. */
  #length = 0
  /** How many lines have come from upstream, and how many records were output. */
  #index = 0
  #given = 0
  /** The index of the first line of the record so far. */
  #firstLine = 0
  /** The index of the first line of the record that was output last. */
  #latestFirstLine = 0
  #isOver = false
  /** An error that was met after the lines of the record, which come first. */
  #failure: Failure | undefined

  constructor(upstream: Cursor<string>, scope: Scope, place: Place, options: IdleMultilineOptions) {
    super(upstream, scope, place, 'start')
    const { start, maxLines = 10_000, maxLength = 2 ** 20, idle, clock = systemClock } = options
    this.#scope = scope
    this.#place = place
    this.#isStart = start instanceof RegExp ? matcher(start) : start
    this.#maxLines = maxLines
    this.#maxLength = maxLength
    if (idle !== undefined) this.#idle = new IdleTimer(idle, clock, scope.wake)
  }

  override close(): void | Promise<void> {
    this.#idle?.stop()
    return super.close()
  }

  protected override advance(): Step<string> | typeof SKIP {
    this.#idle?.stop()
    if (this.#failure !== undefined) throw releaseFailure(this.#failure, this.#scope, this.#place)
    if (this.#isOver) return DONE
    let step: Step<string> | typeof SKIP
    try {
      step = super.advance()
    } catch (error) {
      if (this.#lines.length === 0) throw error
      this.#failure = holdNormalized(error, this.#scope, this.#place)
      return this.#take()
    }
    if (step === DONE) {
      this.#isOver = true
      return this.#lines.length === 0 ? DONE : this.#take()
    }
    return step === PENDING && this.#isIdle() ? this.#take() : step
  }

  /** The origin of the first line of the record; known only of the latest record. */
  originOf(index: number): ItemOrigin | undefined {
    return index === this.#given - 1 ? this.inputOrigin(this.#latestFirstLine) : undefined
  }

  protected override get inputIndex(): number {
    return this.#index - 1
  }

  protected override run(line: string): unknown {
    const index = this.#index++
    if (this.#idle !== undefined) this.#lastLineAt = this.#idle.waited
    if (typeof line === 'string') return this.#isStart(line, index)
    throw badItem(this.#place, index, `: ${show(line)} is not a string`)
  }

  protected override settle(isStart: unknown, line: string): string | typeof SKIP {
    const record = Boolean(isStart) && this.#lines.length > 0 ? this.#take() : SKIP
    if (this.#lines.length === 0) this.#firstLine = this.inputIndex
    this.#lines.push(line)
    this.#length += line.length + 1
    if (this.#lines.length > this.#maxLines) this.#fail(this.#maxLines, 'lines (maxLines)')
    else if (this.#length - 1 > this.#maxLength) this.#fail(this.#maxLength, 'characters (maxLength)')
    return record
  }

  #take(): string {
    const record = this.#lines.join('\n')
    this.#lines = []
    this.#latestFirstLine = this.#firstLine
    this.#given++
    this.#length = 0
    return record
  }

  /** Whether the record has waited long enough for another line; starts the timer if it has not. */
  #isIdle(): boolean {
    if (this.#idle === undefined || this.#lines.length === 0 || this.isWaiting) return false
    const remaining = this.#idle.remaining(this.#lastLineAt)
    if (remaining > 0) this.#idle.start(remaining)
    return remaining <= 0
  }

  /** The record is too long; the one before it may still have to be emitted. */
  #fail(limit: number, what: string): void {
    const problem = `: the record is longer than ${limit} ${what}`
    const error = overLimit(this.#place, this.inputIndex, limit, problem)
    this.#failure = holdNormalized(error, this.#scope, this.#place)
  }
}
