import { DONE, isItem } from '../../kernel/cursor.ts'
import { Queue } from '../../kernel/queue.ts'
import type { TimedInput } from './timed-input.ts'
import { Window, type Entry } from './window.ts'

/** An item that waits for its turn, and the one that comes right after it. */
interface Link<T> extends Entry<T> {
  follower?: Link<T>
}

/** What became of an input's latest item with a time, and of the items that follow it. */
interface Latest<T> {
  /** The last of them, while it is in the window. */
  tail: Link<T> | undefined
  /** Whether the last of them has been emitted. */
  isEmitted: boolean
  late: { readonly lateness: number; readonly allowed: number | undefined } | undefined
}

/**
 * The window under `keyless: 'follow'`. The latest item of an input is not emitted before it is known whether another follows it:
 * until the input gives one, ends or becomes idle.
 */
export class FollowWindow<T> extends Window<T> {
  readonly #inputs: readonly TimedInput<T>[]
  readonly #latest: Latest<T>[]
  /** What follows the item that was emitted last. */
  #next: Link<T> | undefined
  /** An item to be emitted at once, because the one before it was emitted while its input was idle. */
  #immediate: Link<T> | undefined
  /** The input whose latest item was the last one to be emitted. */
  #lastEmitted: TimedInput<T> | undefined
  /** Inputs that are no longer idle, so that what they give may have to be emitted at once. */
  readonly #reactivated = new Queue<TimedInput<T>>()
  /** The input that must give another item, end or become idle before anything can be emitted. */
  #awaited: TimedInput<T> | undefined

  constructor(inputs: readonly TimedInput<T>[]) {
    super()
    this.#inputs = inputs
    this.#latest = inputs.map(() => ({ tail: undefined, isEmitted: false, late: undefined }))
  }

  latestOf({ index }: Pick<TimedInput<T>, 'index'>): Latest<T> {
    return this.#latest[index] as Latest<T>
  }

  override push(entry: Entry<T>): void {
    this.latestOf({ index: entry.input }).tail = entry
    super.push(entry)
  }

  /** Adds an item without a time. */
  pushFollower({ index: input, lender }: TimedInput<T>, index: number, item: T): void {
    const latest = this.latestOf({ index: input })
    const { tail } = latest
    if (tail !== undefined) latest.tail = tail.follower = { time: tail.time, input, index, item, lender }
    else if (latest.isEmitted) this.#immediate = { time: this.released, input, index, item, lender }
    else this.push({ time: -Infinity, input, index, item, lender })
  }

  override isDue(slowest: TimedInput<T> | undefined): boolean {
    this.#awaited = undefined
    if (this.#immediate !== undefined) return true
    if (this.#next === undefined) {
      this.#awaited = this.#unanswered() ?? this.#answered()
      if (this.#awaited !== undefined || !super.isDue(slowest)) return false
    }
    const { input: source, index } = (this.#next ?? this.top) as Link<T>
    const input = this.#inputs[source] as TimedInput<T>
    if (index === input.count - 1 && mayFollow(input)) this.#awaited = input
    return this.#awaited === undefined
  }

  override inputToPull(slowest: TimedInput<T>): TimedInput<T> {
    return this.#awaited ?? slowest
  }

  override pop(): Entry<T> | undefined {
    const entry = (this.#immediate ?? this.#next ?? super.pop()) as Link<T>
    this.#immediate = undefined
    this.#next = entry.follower
    const input = this.#inputs[entry.input] as TimedInput<T>
    const latest = this.latestOf(input)
    if (latest.tail === entry) {
      latest.tail = undefined
      latest.isEmitted = true
    }
    if (latest.isEmitted) this.#lastEmitted = input
    return entry
  }

  override reactivate(input: TimedInput<T>): void {
    super.reactivate(input)
    const latest = this.latestOf(input)
    if (input.count === 0) latest.isEmitted = true
    if (latest.isEmitted) this.#reactivated.push(input)
  }

  /** An input that is no longer idle and whose answer has not been taken. */
  #answered(): TimedInput<T> | undefined {
    for (;;) {
      const input = this.#reactivated.shift()
      if (input === undefined || isItem(input.answer) || input.answer === DONE) return input
    }
  }

  protected override get entries(): readonly Link<T>[] {
    const links: Link<T>[] = []
    for (const first of [...(super.entries as readonly Link<T>[]), this.#immediate, this.#next])
      for (let link = first; link !== undefined; link = link.follower) links.push(link)
    return links
  }

  /** The input of the item that was emitted last, unless it is known what comes after that item. */
  #unanswered(): TimedInput<T> | undefined {
    const input = this.#lastEmitted
    return input !== undefined && this.latestOf(input).isEmitted && mayFollow(input) ? input : undefined
  }
}

const mayFollow = ({ out, isIdle }: TimedInput<unknown>): boolean => !out && !isIdle
