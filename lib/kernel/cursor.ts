import type { ItemBytes } from './item-bytes.ts'

/** Nothing is ready yet. The cursor calls `wake` on its scope when that may have changed. */
export const PENDING: unique symbol = Symbol('fanpipe.pending')
/** There are no more items, and everything upstream is already closed. */
export const DONE: unique symbol = Symbol('fanpipe.done')

export type Step<T> = T | typeof PENDING | typeof DONE

const isSignal = (step: symbol): boolean => step === PENDING || step === DONE

/**
 * In a hot loop, check this before comparing a step with PENDING or DONE: V8 calls a runtime function to compare an unknown
 * value with a symbol, but inlines a `typeof` check. It also inlines this function everywhere, as long as it is this short.
 */
export const isItem = <T>(step: Step<T>): step is T => typeof step !== 'symbol' || !isSignal(step)

/** An input that is left open, which takes back what was not delivered of its items. */
export interface Lender<T> {
  /** Called before the cursors are closed, with the items in their order; an item that comes later is lost. */
  takeBack(item: T): void
}

/**
 * A pull that never blocks. Every source, junction and stage is a cursor while it runs.
 *
 * - A cursor is created on the first demand and starts its slow work in its constructor, so that slow sources start
 *   concurrently. After that it is asked for one item at a time.
 * - `next()` throws the source's own error, once; the root then closes everything. A junction only catches an error that
 *   it must report later, when that input's turn comes.
 * - `close()` releases everything upstream, synchronously if it can; it returns a promise only if closing takes time.
 *   It may be called repeatedly and never throws or rejects: errors while closing are recorded by the scope.
 */
export interface Cursor<T> {
  next(): Step<T>
  /** The cursor reads ahead: it may still produce an output from items it already took, even while it waits for another. */
  readonly isWorking?: boolean
  /**
   * Who takes back the item that `next()` returned last, if that came from an input that is left open. Whoever holds an item asks
   * before the next `next()`, and calls `takeBack` before `close()` if it has not delivered the item by then. A stage does not
   * have this method: what it has taken is used up.
   */
  lender?(): Lender<T> | undefined
  /** The bytes of the item that `next()` returned last, if the cursor knows them: one object, updated by each `next()`. */
  itemBytes?(): ItemBytes
  close(): void | Promise<void>
}

/** Closes all cursors; returns a promise only if at least one of them does. */
export function closeAll(cursors: Iterable<Pick<Cursor<unknown>, 'close'>>): void | Promise<void> {
  const slow: Promise<void>[] = []
  for (const cursor of cursors) {
    const closing = cursor.close()
    if (closing !== undefined) slow.push(closing)
  }
  if (slow.length > 0) return Promise.all(slow).then(() => undefined)
}

export const EMPTY: Cursor<never> = { next: () => DONE, close: () => undefined }
