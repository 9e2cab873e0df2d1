/** Nothing is ready yet; the scope's `wake` is called when that may have changed. */
export const PENDING: unique symbol = Symbol('fanpipe.pending')
/** The last item was given, and everything upstream is closed. */
export const DONE: unique symbol = Symbol('fanpipe.done')

export type Step<T> = T | typeof PENDING | typeof DONE

/**
 * A pull that never blocks: what every source, junction and stage is while it runs.
 *
 * - Opening is the first demand: a cursor starts what it needs when it is made, so that slow sources start side by
 *   side, and is then asked for one item at a time.
 * - `next()` throws its source's own error, once; whoever holds the root closes it then. A junction catches only what is
 *   to be met later, at its turn.
 * - `close()` releases everything upstream, at once where it can; a promise only if closing really takes time. It may be
 *   called again, never throws and never rejects: faults of closing go to the scope.
 */
export interface Cursor<T> {
  next(): Step<T>
  /** It asks for items ahead: what it has taken already may still come out, although it wants another. */
  readonly isWorking?: boolean
  close(): void | Promise<void>
}

/** Closes all; waits only for those that take time. */
export function closeAll(cursors: Iterable<Pick<Cursor<unknown>, 'close'>>): void | Promise<void> {
  const slow: Promise<void>[] = []
  for (const cursor of cursors) {
    const closing = cursor.close()
    if (closing !== undefined) slow.push(closing)
  }
  if (slow.length > 0) return Promise.all(slow).then(() => undefined)
}

/** A cursor at its end. */
export const EMPTY: Cursor<never> = { next: () => DONE, close: () => undefined }
