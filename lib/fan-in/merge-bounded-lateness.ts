import { Awaited, ignoreRejection, promiseRefused } from '../kernel/awaited.ts'
import { WorkBudget } from '../kernel/work-budget.ts'
import { closeAll, DONE, PENDING, type Cursor, type Step } from '../kernel/cursor.ts'
import type { Inputs, Junction } from './inputs.ts'
import { callback, check, milliseconds, type Rule } from '../kernel/options.ts'
import { withOrigin, type Place } from '../kernel/place.ts'
import type { Scope } from '../kernel/scope.ts'
import { KeyError, LateError, type SourcePath } from '../errors.ts'
import { Heap } from './heap.ts'
import { timeProblem } from './hints.ts'
import { aheadBy, type Player } from './loser-tree.ts'
import { IdleTimer, systemClock, type Clock } from './idle-timer.ts'
import { WinnerTree } from './winner-tree.ts'
import { isObject, isThenable } from '../kernel/guards.ts'

/** Which item came too late, and by how much. */
export interface Late {
  /** The index of the input among those of the junction. */
  readonly source: number
  readonly label: string | undefined
  /** The index of the item within its source. */
  readonly index: number
  /** How far it lies behind what had come, or gone out, before it. */
  readonly lateness: number
}

export interface LatenessOptions<T> {
  /** When an item was: a finite number or a Date; by default the item itself. */
  time?: ((item: T) => number | Date) | undefined
  /** How far behind the newest of its source an item may come, in the unit of `time`: milliseconds for Dates. */
  lateness: number
  /**
   * What happens to an item that comes later: `'fail'`, the default; `'drop'`; or a function that is called with it, after
   * which it is dropped. A promise of that function is awaited, except in `fanpipe/iter`, where it is an `ArgumentError`.
   */
  late?: 'fail' | 'drop' | ((item: T, late: Late) => unknown) | undefined
  /** After so many milliseconds in which an input gives nothing, it no longer holds up the others; never by default. */
  idle?: number | undefined
  /** The clock that `idle` is measured by; that of the machine by default. */
  clock?: Clock | undefined
}

export const latenessRules = {
  time: callback,
  lateness: {
    expected: 'a finite number, zero or more',
    holds: (value) => typeof value === 'number' && value >= 0 && value < Infinity,
  },
  late: {
    expected: "'fail', 'drop' or a function",
    holds: (value) => value === 'fail' || value === 'drop' || typeof value === 'function',
  },
  idle: milliseconds,
  clock: {
    expected: 'an object with now, setTimeout and clearTimeout',
    holds: (value) =>
      isObject(value) &&
      ['now', 'setTimeout', 'clearTimeout'].every(
        (name) => typeof (value as Record<string, unknown>)[name] === 'function',
      ),
  },
} satisfies Record<string, Rule>

/** Inputs that are not quite sorted into one that is, as long as nothing comes later than promised. */
export function latenessJunction<T>(options: LatenessOptions<T>): Junction<T> {
  check((options as LatenessOptions<T> | undefined)?.lateness, 'lateness', latenessRules.lateness)
  return {
    name: 'mergeBoundedLateness',
    bytes: false,
    open: (inputs, scope, place) => new LatenessCursor(inputs, scope, place, options),
  }
}

const NONE: unique symbol = Symbol('fanpipe.none')

/** An input; its key is its watermark, below which nothing more may come from it, or Infinity while it is idle. */
class Contender<T> implements Player<number> {
  readonly index: number
  readonly cursor: Cursor<T>
  readonly place: Place
  key = -Infinity
  out = false
  idle = false
  newest = -Infinity
  /** How many items it has given. */
  count = 0
  /** What it has answered, and nobody has looked at yet. */
  answer: T | typeof DONE | typeof NONE = NONE
  /** Since when it owes an answer, in the time of those who wait. */
  asked: number | undefined

  constructor(index: number, cursor: Cursor<T>, place: Place) {
    this.index = index
    this.cursor = cursor
    this.place = place
  }
}

/** An item that waits for its turn, or the error of its source, which comes after all that it gave. */
interface Entry<T> {
  readonly time: number
  readonly source: number
  readonly index: number
  readonly item: T | undefined
  readonly failure?: Failure
}

/** The way to where it came from is kept: the same error may be held of another input. */
interface Failure {
  readonly error: unknown
  readonly path: SourcePath | undefined
}

const isLess = (a: number, b: number): boolean => a < b
const before = (a: Entry<unknown>, b: Entry<unknown>): boolean =>
  a.time !== b.time ? a.time < b.time : a.source !== b.source ? a.source < b.source : a.index < b.index

/** Whether nothing that is still to come can go before it. */
const isDue = ({ time, source }: Entry<unknown>, slowest: Contender<unknown>): boolean =>
  time < slowest.key || (time === slowest.key && source <= slowest.index)

/**
 * Only the input with the least watermark, which holds up all others, is asked for more: so what waits is the window of
 * lateness and no more, and who is quicker decides nothing.
 *
 * Watermarks: Akidau et al., The Dataflow Model, 2015.
 */
class LatenessCursor<T> implements Cursor<T> {
  readonly #scope: Scope
  readonly #place: Place
  readonly #options: LatenessOptions<T>
  readonly #window = new Heap<Entry<T>>(before)
  readonly #silence: IdleTimer | undefined
  readonly #budget: WorkBudget
  #sources: Contender<T>[] = []
  readonly #watermarks: WinnerTree
  #released = -Infinity
  /** Those that have given something since all were asked. */
  #unasked: Contender<T>[]
  /** Whose late item is being reported. */
  #reporting: Contender<T> | undefined
  readonly #report: Awaited
  /** Those that may have news. */
  readonly #roused = new Set<Contender<T>>()

  constructor(inputs: Inputs<T>, scope: Scope, place: Place, options: LatenessOptions<T>) {
    this.#scope = scope
    this.#place = place
    this.#options = options
    this.#budget = new WorkBudget(scope)
    this.#report = new Awaited(scope)
    const { idle, clock = systemClock } = options
    if (idle !== undefined) this.#silence = new IdleTimer(idle, clock, scope.wake)
    const rouse = (index: number) => (): void => {
      const source = this.#sources[index]
      if (source !== undefined) this.#roused.add(source)
      scope.wake()
    }
    const { cursors, places } = inputs.openAll((index) =>
      idle === undefined ? scope : scope.waking(rouse(index)),
    )
    this.#sources = cursors.map((cursor, i) => new Contender(i, cursor, places[i] as Place))
    this.#unasked = [...this.#sources]
    this.#watermarks = new WinnerTree(aheadBy(this.#sources, isLess), this.#sources.length)
  }

  next(): Step<T> {
    if (this.#budget.yielding) return PENDING
    this.#silence?.end()
    if (this.#roused.size > 0) this.#rejoin()
    for (;;) {
      if (this.#reporting !== undefined && !this.#reported(this.#reporting)) return PENDING
      const slowest = this.#slowest()
      const top = this.#window.top
      if (top !== undefined && (slowest === undefined || isDue(top, slowest))) return this.#release()
      if (slowest === undefined) return DONE
      if (this.#budget.spend()) return PENDING
      if (this.#answers(slowest)) this.#take(slowest)
      else if (!this.#fallsIdle(slowest)) return PENDING
      this.#watermarks.update(slowest.index)
    }
  }

  close(): void | Promise<void> {
    this.#silence?.end()
    return closeAll(this.#sources.map(({ cursor }) => cursor))
  }

  /** Whose watermark is the least; undefined when all are out. */
  #slowest(): Contender<T> | undefined {
    const source = this.#sources[this.#watermarks.winner]
    return source?.out === true ? undefined : source
  }

  #release(): T {
    const { time, item, failure } = this.#window.pop() as Entry<T>
    if (failure !== undefined) this.#throw(failure)
    this.#released = time
    this.#budget.reset()
    return item as T
  }

  /** Whether it has given an item or ended; where it failed, that waits in the window for its turn. */
  #answers(source: Contender<T>): boolean {
    if (source.answer !== NONE) return true
    try {
      const step = source.cursor.next()
      if (step === PENDING) {
        source.asked ??= this.#silence?.waited
        return false
      }
      source.answer = step
      source.asked = undefined
    } catch (error) {
      this.#fail(source, error)
      source.answer = DONE
    }
    return true
  }

  #take(source: Contender<T>): void {
    const { answer } = source
    source.answer = NONE
    source.asked = undefined
    this.#revive(source)
    if (answer === DONE) source.out = true
    else {
      if (this.#silence !== undefined) this.#unasked.push(source)
      try {
        this.#admit(source, answer as T)
      } catch (error) {
        this.#fail(source, error)
        source.out = true
      }
    }
  }

  #admit(source: Contender<T>, item: T): void {
    const { time: timeOf, lateness } = this.#options
    const time = checkedTime(timeOf === undefined ? item : timeOf(item), item, source)
    const index = source.count++
    if (time < source.key) return this.#drop(item, source, index, source.newest - time, lateness)
    if (time < this.#released) return this.#drop(item, source, index, this.#released - time)
    this.#window.push({ time, source: source.index, index, item })
    if (time > source.newest) source.newest = time
    source.key = source.newest - lateness
  }

  /** `allowed` is undefined if the item is late only because its input was idle. */
  #drop(item: T, source: Contender<T>, index: number, lateness: number, allowed?: number): void {
    const { place } = source
    const { late = 'fail' } = this.#options
    if (late === 'fail') throw withOrigin(new LateError(place, index, lateness, allowed), place)
    if (late === 'drop') return
    const told = late(item, { source: place.index, label: place.label, index, lateness })
    if (!isThenable(told)) return
    if (this.#scope.face === 'iter') throw promiseRefused('late', told)
    this.#reporting = source
    this.#report.start(told)
  }

  #reported(source: Contender<T>): boolean {
    if (this.#report.waiting) return false
    this.#reporting = undefined
    try {
      this.#report.take()
    } catch (error) {
      this.#fail(source, error)
      source.out = true
      this.#watermarks.update(source.index)
    }
    return true
  }

  #fail(source: Contender<T>, thrown: unknown): void {
    const { newest: time, index, place } = source
    const error = this.#scope.normalizeError(thrown, place)
    const path = isObject(error) ? place.origins.pathOf(error) : undefined
    this.#window.push({ time, source: index, index: Infinity, item: undefined, failure: { error, path } })
  }

  #throw({ error, path }: Failure): never {
    if (path !== undefined) this.#place.origins.note(error as object, path)
    throw error
  }

  /** Whether it has been silent for long enough, or others that were not asked yet have news; else we wait. */
  #fallsIdle(source: Contender<T>): boolean {
    const silence = this.#silence
    if (silence === undefined || source.idle) return false
    const unasked = this.#unasked.splice(0)
    for (const other of unasked) if (!other.out) this.#answers(other)
    if (unasked.length > 0) return true
    const left = silence.left(source.asked as number)
    if (left > 0) {
      silence.begin(left)
      return false
    }
    source.idle = true
    source.key = Infinity
    return true
  }

  /** Asks those again that owe an answer: what a stage has in hand may not be one, and it is not silent then. */
  #rejoin(): void {
    for (const source of this.#roused) {
      this.#roused.delete(source)
      if (source.asked === undefined || !this.#answers(source) || !source.idle) continue
      this.#revive(source)
      this.#watermarks.update(source.index)
    }
  }

  #revive(source: Contender<T>): void {
    source.idle = false
    source.key = source.newest - this.#options.lateness
  }
}

function checkedTime(given: unknown, item: unknown, { place, count }: Contender<unknown>): number {
  const time = given instanceof Date ? given.getTime() : given
  if (typeof time === 'number' && Number.isFinite(time)) return time
  ignoreRejection(given)
  throw withOrigin(new KeyError(place, count, given, timeProblem(given, item)), place)
}
