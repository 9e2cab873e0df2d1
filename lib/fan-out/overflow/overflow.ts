import type { Rule } from '../../kernel/options.ts'
import { block } from './block.ts'
import { detach } from './detach.ts'
import { dropNewest } from './drop-newest.ts'
import { dropOldest } from './drop-oldest.ts'
import { fail } from './fail.ts'
import type { Policy } from './verdict.ts'

/** What happens when the fastest branch would get more than `maxlen` ahead of another branch. */
export type Overflow = 'block' | 'fail' | 'drop-oldest' | 'drop-newest' | 'detach'

export const policies: Readonly<Record<Overflow, Policy>> = {
  block,
  fail,
  'drop-oldest': dropOldest,
  'drop-newest': dropNewest,
  detach,
}

const MOST_HELD = 2 ** 32 - 1

/** For options that limit how many items or bytes may be held for a branch. */
export const maxlenRule: Rule = {
  expected: `an integer from 1 to ${MOST_HELD}`,
  holds: (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MOST_HELD,
}
