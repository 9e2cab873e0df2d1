import { check, isListOf, type Rule } from '../kernel/options.ts'
import { filterPlan } from './filter.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'

export const extensionsRule: Rule = {
  expected: `an array of extensions with their dot, such as '.log'`,
  holds: (value) => isListOf(value, (one) => typeof one === 'string' && /^\.[^/\\]+$/.test(one)),
}

export interface ExtensionsMaker<F extends FaceName> {
  /**
   * A stage that yields the paths that end in one of the given extensions, which are case-sensitive. A name that is
   * nothing but an extension, such as `.log`, does not count.
   *
   * Order: the order of the input.
   *
   * Memory: one path.
   *
   * Emits when: a path passes.
   *
   * Completes when: upstream does.
   *
   * Cancels when: the output is closed; upstream is closed with it.
   *
   * Errors: `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for extensions that cannot be used.
   *
   * See also: `walkSource`, `grep`.
   *
   * @example
   * Array.from(extensions(['.csv', '.tar.gz'])(['a.csv', 'b.txt', 'c.tar.gz', '.csv'])) // => ['a.csv', 'c.tar.gz']
   */
  <A extends string = string>(wanted: readonly string[]): StageOf<F, A, string>
}

export const extensions: ExtensionsMaker<'iter'> = (wanted: readonly string[]): SyncStage<string, string> => {
  check(wanted, 'wanted', extensionsRule)
  const matches = hasExtension([...wanted])
  return toStage(filterPlan(() => matches))
}

export const hasExtension =
  (wanted: readonly string[]) =>
  (path: string): boolean =>
    wanted.some(
      (extension) => path.endsWith(extension) && !/(^|[/\\])$/.test(path.slice(0, -extension.length)),
    )
