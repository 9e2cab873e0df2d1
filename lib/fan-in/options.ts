import { ArgumentError, show } from '../errors.ts'
import { isSource } from '../from/recognise.ts'
import { isThenable } from '../kernel/guards.ts'
import { oneOf, queueLength, readOptions, texts, type Rule } from '../kernel/options.ts'
import { runRules, type RunOptions } from '../kernel/root.ts'

/** The options that every fan-in takes, besides its own. */
export interface FanInOptions extends RunOptions {
  /** Names of the inputs, in their order, for error messages and `sourceOf`. */
  labels?: readonly string[] | undefined
  /**
   * How many more items of each open input may be fetched than were asked for, so that slow inputs are read
   * concurrently; 0 by default. It changes neither the items nor their order. Not in `fanpipe/iter`, where nothing runs
   * concurrently.
   */
  readAhead?: number | undefined
}

export const fanInRules = { ...runRules, labels: texts, readAhead: queueLength } satisfies Record<
  string,
  Rule
>

/** The rules of `fanpipe/iter` that differ. */
export const syncFanInRules = {
  readAhead: {
    expected: '0 in fanpipe/iter, which cannot read ahead',
    holds: (value) => value === 0,
  },
} satisfies Record<string, Rule>

/** What happens to an item without a key: an error, or it follows the item before it of the same input. */
export type Keyless = 'fail' | 'follow'

export const keylessRule = oneOf('fail', 'follow')

/** Reads and checks the options; a second input passed in their place gets an error that says what to write instead. */
export function readFanInOptions<O extends object>(options: O, rules: Readonly<Record<string, Rule>>): O {
  if (typeof options === 'string' || isSource(options) || isThenable(options))
    throw new ArgumentError('options', 'an options object', show(options), 'put the inputs in an array')
  return readOptions(options, rules)
}
