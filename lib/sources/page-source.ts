import { abortable, pause } from '../to/abortable.ts'
import { AsyncIterableRecipe } from '../from/async-iterable.ts'
import { callback, check, positiveInteger, readOptions } from '../kernel/options.ts'
import { type Place } from '../kernel/place.ts'
import type { Recipe } from '../kernel/recipe.ts'
import { runRules, type RunOptions } from '../kernel/root.ts'
import { ArgumentError, FormatError, LimitError, show } from '../errors.ts'
import { toSource } from '../streams/source.ts'
import { isObject } from '../kernel/guards.ts'

/** A page, and the cursor of the next one: `undefined`, `null` or `''` if this is the last. */
export interface Page<T, C> {
  readonly items: Iterable<T>
  readonly next?: C | null | undefined
}

/** Fetches the page for a cursor, which is undefined for the first page. The signal aborts when the output is closed. */
export type FetchPage<T, C> = (
  cursor: C | undefined,
  signal: AbortSignal,
) => PromiseLike<Page<T, C>> | Page<T, C>

export interface PageOptions<C = unknown> extends RunOptions {
  /** How often a page is tried, including the first time; 3 by default. */
  attempts?: number | undefined
  /** Whether to try again after an error, the `failures`-th in a row; by default always. */
  retryIf?: ((error: unknown, failures: number) => boolean | PromiseLike<boolean>) | undefined
  /**
   * How long to wait after the `failures`-th failure in a row, counted from 1: a number of milliseconds, or a promise to wait
   * for; if that resolves to a number, we also wait that many milliseconds. By default 100, 200, 400 …, at most a minute.
   */
  backoff?: ((failures: number, error: unknown) => number | PromiseLike<unknown>) | undefined
  /** The most pages allowed; 10,000 by default. */
  maxPages?: number | undefined
  /** How to compare cursors, in order to detect one that comes back; by default objects are compared by their JSON. */
  cursorKey?: ((cursor: C) => unknown) | undefined
}

/**
 * The items of a paged source, page after page. If a page fails it is tried again; its items are yielded only when it has been
 * fetched completely, so that no item comes twice. The next page is fetched only when one of its items is demanded.
 *
 * Order: the order of the pages.
 *
 * Memory: one page, and all cursors seen.
 *
 * Opens and closes: fetches the first page on the first demand, again for every run.
 *
 * Emits when: a page has been fetched.
 *
 * Backpressures when: downstream does.
 *
 * Completes when: a page has no cursor for a next one.
 *
 * Cancels when: the output is closed; the fetch and the waiting are aborted.
 *
 * Errors: the error of the last attempt, unchanged; `LimitError` (`ERR_FANPIPE_LIMIT`) for more than `maxPages` pages;
 * `FormatError` (`ERR_FANPIPE_FORMAT`) for a cursor that was seen before, since the pages would never end, and for a value that
 * is not a page; `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for an option that cannot be used.
 *
 * See also: `fence`: put one after it, so that no more pages are fetched than needed (law F1).
 *
 * @example
 * const pages = [{ items: ['a', 'b'], next: 1 }, { items: ['c'] }]
 * await chain([pageSource(async (cursor?: number) => pages[cursor ?? 0])]).toArray() // => ['a', 'b', 'c']
 */
export function pageSource<T, C = string>(
  fetchPage: FetchPage<T, C>,
  options: PageOptions<C> = {},
): AsyncIterable<T> {
  check(fetchPage, 'fetchPage', callback)
  const settings = readOptions(options, {
    ...runRules,
    attempts: positiveInteger,
    retryIf: callback,
    backoff: callback,
    maxPages: positiveInteger,
    cursorKey: callback,
  })
  const recipe: Recipe<T> = {
    mode: 'objects',
    depth: 1,
    parts: [],
    open: (scope, place) =>
      new AsyncIterableRecipe(
        abortable((signal) => itemsOf(fetchPage, settings, place, signal)),
        'fetchPage',
      ).open(scope, place),
  }
  return toSource(recipe, settings)
}

async function* itemsOf<T, C>(
  fetchPage: FetchPage<T, C>,
  options: PageOptions<C>,
  place: Place,
  signal: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  const { maxPages = 10_000, cursorKey } = options
  const seen = new Set<unknown>()
  let cursor: C | undefined
  for (let index = 0; ; index++) {
    if (index === maxPages) {
      const what = `page ${index}: more than ${maxPages} pages; raise maxPages to allow more`
      throw new LimitError(place, index, maxPages, what)
    }
    const page = await fetchWithRetries(() => fetchPage(cursor, signal), options, signal)
    if (signal.aborted) return
    if (!isPage(page)) {
      const what = `page ${index}: fetchPage must return an object with iterable \`items\`, not ${show(page)}`
      throw new FormatError(place, index, what)
    }
    yield* page.items
    const { next } = page
    if (next === undefined || next === null || next === '') return
    const key = comparable(cursorKey === undefined ? next : await cursorKey(next))
    if (seen.has(key)) {
      const what = `page ${index}: the cursor ${show(key)} came up before, so the pages would never end; if it refers to another page this time, use cursorKey to tell the two apart`
      throw new FormatError(place, index, what)
    }
    cursor = next
    seen.add(key)
  }
}

const isPage = (page: unknown): boolean =>
  isObject(page) && 'items' in page && isObject(page.items) && Symbol.iterator in page.items

/** A cursor that is an object may be a new one each time, so it is compared by its JSON. */
function comparable(key: unknown): unknown {
  if (!isObject(key)) return key
  try {
    const json: unknown = JSON.stringify(key, (_, value: unknown) =>
      typeof value === 'bigint' ? show(value) : value,
    )
    // JSON.stringify returns undefined for a function.
    return json ?? key
  } catch {
    throw new ArgumentError('cursorKey', 'given when cursors cannot be serialised as JSON')
  }
}

async function fetchWithRetries<P, C>(
  fetch: () => P | PromiseLike<P>,
  options: PageOptions<C>,
  signal: AbortSignal,
): Promise<P> {
  const { attempts = 3, retryIf = () => true, backoff = exponentialBackoff } = options
  for (let failures = 1; failures < attempts; failures++) {
    try {
      return await fetch()
    } catch (error) {
      if (signal.aborted || !(await retryIf(error, failures))) throw error
      if (!(await pause(backoff(failures, error), signal, 'backoff'))) throw error
    }
  }
  return fetch()
}

const exponentialBackoff = (failures: number): number => Math.min(100 * 2 ** (failures - 1), 60_000)
