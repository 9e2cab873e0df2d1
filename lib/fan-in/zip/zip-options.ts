import { isObject } from '../../kernel/guards.ts'
import { oneOf, type Rule } from '../../kernel/options.ts'

/** What happens when one input ends before another. */
export type ZipMode = 'strict' | 'shortest' | 'longest'

export interface ZipOptions {
  /**
   * What happens when one input ends before another: `'strict'`, the default, fails; `'shortest'` ends the output, and the
   * items of that round are lost; `'longest'` continues with padding in its place.
   */
  mode?: ZipMode | undefined
  /** With `'longest'`: what stands for the items of each input after its end; `undefined` where there is no value. */
  padding?: Iterable<unknown> | undefined
}

export const zipRules = {
  mode: oneOf('strict', 'shortest', 'longest'),
  padding: {
    expected: 'an iterable with a value for each input',
    holds: (value) => isObject(value) && Symbol.iterator in value,
  },
} satisfies Record<string, Rule>
