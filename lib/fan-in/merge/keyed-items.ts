import { DONE, isItem, PENDING, type Cursor, type Lender, type Step } from '../../kernel/cursor.ts'
import type { Place } from '../../kernel/place.ts'
import { noteZone, zoneOf } from '../../keys/zone-of-key.ts'
import { keyReader, type KeyFunction } from './key-reader.ts'
import { MergeInput } from './merge-input.ts'

/** The item to be emitted next, and the input that gave it; `input` is undefined if there is none. */
export interface Slot<T> {
  item: T | undefined
  input: KeyedItems<T> | undefined
}

/** The items of an input that have a key. An item without one is put into the slot, and `next` returns PENDING. */
export class KeyedItems<T> implements Cursor<T> {
  /** The input of the merge whose heads these are. */
  readonly input: MergeInput<T>
  readonly #upstream: Cursor<T>
  readonly #readKey: KeyFunction<T> | undefined
  readonly #isKeyless: (key: unknown) => boolean
  readonly #slot: Slot<T>
  #key: unknown
  /** The step that `peek` has got, until `next` takes it. */
  #peeked: Step<T> = PENDING
  #failure: { readonly error: unknown } | undefined

  constructor(
    index: number,
    upstream: Cursor<T>,
    place: Place,
    keyFunction: KeyFunction<T> | undefined,
    isKeyless: (key: unknown) => boolean,
    slot: Slot<T>,
  ) {
    this.#upstream = upstream
    this.#readKey = keyReader(keyFunction, upstream)
    this.#isKeyless = isKeyless
    this.#slot = slot
    const keyOfHead = (): unknown => this.#key
    const zone = keyFunction === undefined ? undefined : zoneOf(keyFunction)
    if (zone !== undefined) noteZone(keyOfHead, zone)
    this.input = new MergeInput(index, this, place, keyOfHead)
  }

  next(): Step<T> {
    const step = this.#take()
    if (!isItem(step)) return step
    const key = this.#readKey === undefined ? step : this.#readKey(step)
    if (!this.#isKeyless(key)) {
      this.#key = key
      return step
    }
    this.input.count++
    this.#slot.item = step
    this.#slot.input = this
    return PENDING
  }

  /** Whether it is known what comes next: an item, the end or an error. */
  peek(): boolean {
    try {
      this.#peeked = this.#take()
    } catch (error) {
      this.#failure = { error }
      return true
    }
    return isItem(this.#peeked) || this.#peeked === DONE
  }

  lender(): Lender<T> | undefined {
    return this.#upstream.lender?.()
  }

  close(): void | Promise<void> {
    const peeked = this.#peeked
    if (isItem(peeked)) this.lender()?.takeBack(peeked)
    this.#peeked = PENDING
    return this.#upstream.close()
  }

  #take(): Step<T> {
    if (this.#failure !== undefined) throw this.#failure.error
    const peeked = this.#peeked
    if (!isItem(peeked) && peeked === PENDING) return this.#upstream.next()
    this.#peeked = PENDING
    return peeked
  }
}
