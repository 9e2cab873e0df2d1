import type { JsMsg } from '@nats-io/jetstream'
import { ArgumentError, show } from '../errors.ts'
import { isThenable } from '../kernel/guards.ts'
import { isRecord, milliseconds, type Rule } from '../kernel/options.ts'
import type { Opened } from './feed.ts'

/**
 * Where a source ends: with the last message that was in the stream when it was opened, with a sequence number, with the
 * first message that a predicate holds for, or when no message has come for so many milliseconds while the server was there.
 */
export type JetStreamEnd =
  'last-at-start' | number | ((message: JsMsg) => boolean) | { readonly idle: number }

export const endRule: Rule = {
  expected: `'last-at-start', a sequence number, a function, or { idle: milliseconds }`,
  holds: (value) =>
    value === 'last-at-start' ||
    typeof value === 'function' ||
    (Number.isSafeInteger(value) && (value as number) >= 1) ||
    (isRecord(value) && milliseconds.holds((value as { idle?: unknown }).idle)),
}

/** Knows whether a source has come to its end. */
export class End {
  readonly #until: JetStreamEnd | undefined
  #last = Infinity
  /** All messages up to the end were in the stream when the source was opened, so none of them can come later. */
  #isComplete = false

  constructor(until: JetStreamEnd | undefined) {
    this.#until = until
  }

  /** The sequence number of the last message that belongs to the source; Infinity if that is not known. */
  get last(): number {
    return this.#last
  }

  get idle(): number | undefined {
    return typeof this.#until === 'object' ? this.#until.idle : undefined
  }

  /** Whether the source has ended before its first message. */
  start({ last, isEmpty }: Opened): boolean {
    if (this.#until === 'last-at-start') this.#last = last
    else if (typeof this.#until === 'number') this.#last = this.#until
    this.#isComplete = this.#last <= last
    return this.#isComplete && isEmpty
  }

  /** Whether the source has ended, given that no message has come for a while. */
  isReached({ last, isEmpty }: Opened): boolean {
    return this.idle !== undefined || (isEmpty && this.#last <= last)
  }

  /** Whether the message comes after the end. */
  isBehind(message: JsMsg): boolean {
    return message.seq > this.#last
  }

  /** Whether the message is the last one; `remaining` is how many messages were to come after it when it was sent. */
  isAt(message: JsMsg, remaining: number): boolean {
    if (typeof this.#until === 'function') {
      const answer: unknown = this.#until(message)
      if (isThenable(answer))
        throw new ArgumentError('until', 'a function that returns true or false', show(answer))
      return Boolean(answer)
    }
    return message.seq >= this.#last || (this.#isComplete && remaining === 0)
  }
}
