import type { Cursor } from '../../kernel/cursor.ts'
import type { Place } from '../../kernel/place.ts'
import type { Player } from '../tournament.ts'
import { keyReader, type KeyFunction } from './key-reader.ts'

/** An input of a merge, and its head: the item that it gave last, until the next one is taken. */
export class MergeInput<T> implements Player<unknown> {
  readonly index: number
  readonly cursor: Cursor<T>
  readonly place: Place
  /** Gives the key of an item; the item is its own key where it is undefined. */
  readonly keyFunction: KeyFunction<T> | undefined
  /** Like `keyFunction`, but only for the item that the cursor returned last; faster if its bytes can be read. */
  readonly readKey: KeyFunction<T> | undefined
  head: T | undefined = undefined
  /** The key of the head, in the form that the order compares; not kept up to date while all keys are finite numbers. */
  key: unknown = undefined
  /** The key of the first item. */
  firstKey: unknown = undefined
  /** Whether the input has ended. */
  out = false
  /** How many items it has given. */
  count = 0

  constructor(index: number, cursor: Cursor<T>, place: Place, keyFunction: KeyFunction<T> | undefined) {
    this.index = index
    this.cursor = cursor
    this.place = place
    this.keyFunction = keyFunction
    this.readKey = keyReader(keyFunction, cursor)
  }
}
