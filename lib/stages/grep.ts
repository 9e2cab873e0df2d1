import { callback, readOptions } from '../kernel/options.ts'
import { withOrigin } from '../kernel/place.ts'
import { ArgumentError, FormatError, show } from '../errors.ts'
import { filterPlan } from './filter.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'
import { isThenable } from '../kernel/guards.ts'

export interface GrepOptions<A> {
  /** The text of an item; by default the item itself. */
  text?: ((item: A) => string | PromiseLike<string>) | undefined
}

export interface GrepMaker<F extends FaceName> {
  /**
   * A stage that gives the items whose text contains the string, or matches the pattern. Every text is matched from its
   * start, so that a `g` or `y` flag makes no difference between one item and the next.
   *
   * Order: as it comes. Memory: one item. Emits when an item matches; backpressures when downstream does; completes when
   * upstream does; cancels upstream when it is closed. Errors: `FormatError` (`ERR_FANPIPE_FORMAT`) for an item whose text is
   * not a string; `ArgumentError`. Laws: E1, FR, L1, C1.
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
      let next = 0
      const selects = (line: unknown): boolean => {
        const index = next++
        if (typeof line === 'string') return matches(line)
        throw withOrigin(new FormatError(place, index, `item ${index}: ${show(line)} is not a string`), place)
      }
      if (text === undefined) return selects
      return (item: A) => {
        const line = text(item)
        return isThenable(line) ? Promise.resolve(line).then(selects) : selects(line)
      }
    }, 'text'),
  )
}

/** A pattern that remembers where it matched is told to forget it. */
function matcher(pattern: RegExp | string): (line: string) => boolean {
  if (typeof pattern === 'string') return (line) => line.includes(pattern)
  const own = new RegExp(pattern)
  if (!own.global && !own.sticky) return (line) => own.test(line)
  return (line) => {
    own.lastIndex = 0
    return own.test(line)
  }
}
