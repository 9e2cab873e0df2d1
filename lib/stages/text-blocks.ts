import { DONE, isItem, PENDING, type Cursor, type Step } from '../kernel/cursor.ts'
import { holdNormalized, releaseFailure, type Failure } from '../kernel/failure.ts'
import type { Place } from '../kernel/place.ts'
import { afterMacrotask } from '../kernel/platform.ts'
import type { Scope } from '../kernel/scope.ts'
import { WorkBudget } from '../kernel/work-budget.ts'
import { planOf, type Plan } from './plan.ts'

/** A block is complete with this many UTF-16 units. */
const BLOCK = 2 ** 16

/** Turns records into text, and keeps it until it is taken. */
export interface BlockWriter<A> {
  /** The length of the text so far, or about. */
  readonly length: number
  /** Adds a record; if it throws, nothing of the record has been added. */
  add(record: A, index: number): void
  /** Returns the text, and starts over with none. */
  take(): string
}

/** Turns each record into text by a function, and puts an end after it. */
export class RecordWriter<A> implements BlockWriter<A> {
  readonly #textOf: (record: A, index: number) => string
  readonly #end: string
  /** Joined only when they are taken: a string that grows with each record is a tree, which is slow to copy and to collect. */
  #texts: string[] = []
  #length = 0

  constructor(textOf: (record: A, index: number) => string, end: string) {
    this.#textOf = textOf
    this.#end = end
  }

  get length(): number {
    return this.#length
  }

  add(record: A, index: number): void {
    const text = this.#textOf(record, index)
    this.#texts.push(text)
    this.#length += text.length + this.#end.length
  }

  take(): string {
    this.#texts.push('')
    const text = this.#texts.join(this.#end)
    this.#texts = []
    this.#length = 0
    return text
  }
}

/** The plan of a stage that writes records. */
export const blocksPlan = <A>(createWriter: (place: Place) => BlockWriter<A>): Plan<A, string> =>
  planOf((open, scope, place) => new TextBlocks(open(), scope, place, createWriter(place)))

/**
 * Gives text in blocks of whole records: when a block is complete, when upstream has had nothing ready for one turn of the event
 * loop, and at the end. What comes before an error is given first.
 */
class TextBlocks<A> implements Cursor<string> {
  readonly #upstream: Cursor<A>
  readonly #scope: Scope
  readonly #place: Place
  readonly #writer: BlockWriter<A>
  readonly #budget: WorkBudget
  #index = 0
  #isOver = false
  #failure: Failure | undefined
  /** Whether a turn of the event loop is awaited, or has passed, since upstream had nothing ready. */
  #turn: 'awaited' | 'passed' | undefined

  constructor(upstream: Cursor<A>, scope: Scope, place: Place, writer: BlockWriter<A>) {
    this.#upstream = upstream
    this.#scope = scope
    this.#place = place
    this.#writer = writer
    this.#budget = new WorkBudget(scope)
  }

  get isWorking(): boolean {
    return this.#writer.length > 0 || this.#upstream.isWorking === true
  }

  next(): Step<string> {
    if (this.#failure !== undefined) throw releaseFailure(this.#failure, this.#scope, this.#place)
    if (this.#isOver) return DONE
    try {
      while (this.#writer.length < BLOCK) {
        const record = this.#upstream.next()
        if (!isItem(record)) return record === PENDING ? this.#onPending() : this.#end()
        this.#turn = undefined
        this.#writer.add(record, this.#index++)
        if (this.#budget.spend()) return PENDING
      }
    } catch (error) {
      if (this.#writer.length === 0) throw error
      this.#failure = holdNormalized(error, this.#scope, this.#place)
    }
    return this.#take()
  }

  close(): void | Promise<void> {
    return this.#upstream.close()
  }

  #onPending(): Step<string> {
    if (this.#writer.length === 0) return PENDING
    if (this.#turn === 'passed') return this.#take()
    if (this.#turn === undefined) {
      this.#turn = 'awaited'
      afterMacrotask(() => {
        if (this.#turn !== 'awaited') return
        this.#turn = 'passed'
        this.#scope.wake()
      })
    }
    return PENDING
  }

  #end(): Step<string> {
    this.#isOver = true
    return this.#writer.length === 0 ? DONE : this.#take()
  }

  #take(): string {
    this.#turn = undefined
    this.#budget.reset()
    return this.#writer.take()
  }
}
