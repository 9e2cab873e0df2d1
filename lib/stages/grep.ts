import { callback, readOptions } from '../kernel/options.ts'
import { ArgumentError, show } from '../errors.ts'
import { badItem } from './bad-item.ts'
import { filterPlan } from './filter.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'
import { isThenable } from '../kernel/guards.ts'

export interface GrepOptions<A> {
  /** The text of an item; the item itself by default. */
  text?: ((item: A, index: number) => string | PromiseLike<string>) | undefined
}

export interface GrepMaker<F extends FaceName> {
  /**
   * A stage that yields the items whose text contains the string, or matches the regular expression. Every text is
   * matched from its start, so the flags `g` and `y` carry nothing over from one item to the next.
   *
   * Order: the order of the input.
   *
   * Memory: one item.
   *
   * Emits when: an item matches.
   *
   * Completes when: upstream does.
   *
   * Cancels when: the output is closed; upstream is closed with it.
   *
   * Errors: `FormatError` (`ERR_FANPIPE_FORMAT`) for an item whose text is not a string; `ArgumentError`
   * (`ERR_FANPIPE_ARGUMENT`) for a pattern that cannot be used.
   *
   * See also: `filter`, `extensions`.
   *
   * @example
   * Array.from(grep(/ 50\d /)(['GET / 200 5ms', 'GET / 503 9ms'])) // => ['GET / 503 9ms']
   */
  <A = string>(pattern: RegExp | string, options?: GrepOptions<A>): StageOf<F, A, A>
}

export const grep: GrepMaker<'iter'> = <A = string>(
  pattern: RegExp | string,
  options: GrepOptions<A> = {},
): SyncStage<A, A> => {
  if (typeof pattern !== 'string' && !(pattern instanceof RegExp))
    throw new ArgumentError('pattern', 'a RegExp or a string', show(pattern))
  const { text } = readOptions(options, { text: callback })
  return toStage(
    filterPlan((place) => {
      const matches = matcher(pattern)
      const selects = (line: unknown, index: number): boolean => {
        if (typeof line === 'string') return matches(line)
        throw badItem(place, index, `: ${show(line)} is not a string`)
      }
      if (text === undefined) return selects
      return (item: A, index) => {
        const line = text(item, index)
        return isThenable(line)
          ? Promise.resolve(line).then((resolved) => selects(resolved, index))
          : selects(line, index)
      }
    }, 'text'),
  )
}

/** With the flags `g` and `y` a regular expression remembers the index of its last match, which is reset for each text. */
export function matcher(pattern: RegExp | string): (line: string) => boolean {
  if (typeof pattern === 'string') return (line) => line.includes(pattern)
  const copy = new RegExp(pattern)
  if (!copy.global && !copy.sticky) return (line) => copy.test(line)
  return (line) => {
    copy.lastIndex = 0
    return copy.test(line)
  }
}
