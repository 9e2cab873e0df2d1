import { ArgumentError } from '../errors.ts'
import { callback, oneOf, type Rule } from '../kernel/options.ts'
import type { Face } from '../kernel/scope.ts'
import type { AccountSettings } from './account.ts'
import type { JoinFrom } from './delivery/delivery.ts'
import { maxlenRule, policies, type Overflow } from './overflow/overflow.ts'
import type { Policy } from './overflow/verdict.ts'

/** Options that can differ from branch to branch. */
export interface BranchOptions {
  /** How far the fastest branch may be ahead of this one: 1024 items by default, or 1 MiB of a byte stream. */
  maxlen?: number | undefined
  /**
   * What happens when the consumer of the fastest branch asks for an item that would put it further ahead:
   *
   * - `'block'`, the default: it waits. `fanpipe/iter` cannot wait, so there it is refused.
   * - `'fail'`, the default in `fanpipe/iter`: all branches fail with an OverflowError, after what they hold.
   * - `'drop-oldest'`: this branch goes without the oldest items held for it.
   * - `'drop-newest'`: this branch goes without the new item.
   * - `'detach'`: this branch alone fails with an OverflowError, after what it holds.
   *
   * If several branches lag, one that fails comes first, then one that blocks.
   */
  overflow?: Overflow | undefined
  /**
   * Called before the next item of a branch, or before its end, if something was dropped for it since the last call: with how
   * many items that were, or how many bytes of a byte stream.
   */
  onLag?: ((dropped: number) => void) | undefined
}

/** The options of a branch that joins late. */
export interface LateBranchOptions extends BranchOptions {
  /**
   * `'next'`, the default: begins with the first item that no branch has taken; what is in the buffer of a Readable counts as
   * taken. `'oldest'`: begins with the oldest item that is still held for a slower branch, at most `maxlen` back.
   */
  from?: JoinFrom | undefined
}

export const branchRules = {
  maxlen: maxlenRule,
  overflow: oneOf(...Object.keys(policies)),
  onLag: callback,
} satisfies Record<string, Rule>

export const lateBranchRules = { ...branchRules, from: oneOf('next', 'oldest') } satisfies Record<
  string,
  Rule
>

export interface BranchSettings extends AccountSettings {
  readonly policy: Policy
}

/** The Readables of branches have buffers; the other faces have no such option. */
export interface BufferOptions {
  readonly highWaterMark?: number | undefined
}

/** The settings of one branch: from its own options, or else from those of the whole multicast. */
export function branchSettings(
  own: BranchOptions,
  shared: BranchOptions & BufferOptions,
  bytes: boolean,
  face: Face,
): BranchSettings {
  const maxlen = own.maxlen ?? shared.maxlen ?? (bytes ? 2 ** 20 : 1024)
  const overflow = own.overflow ?? shared.overflow ?? (face === 'iter' ? 'fail' : 'block')
  if (face === 'iter' && overflow === 'block')
    throw new ArgumentError('overflow', 'one that does not wait in fanpipe/iter', "'block'")
  const isLossy = overflow === 'drop-oldest' || overflow === 'drop-newest'
  const { highWaterMark = 0 } = shared
  if (isLossy && highWaterMark >= maxlen)
    throw new ArgumentError(
      'highWaterMark',
      `less than maxlen (${maxlen}) with overflow '${overflow}'`,
      String(highWaterMark),
      'what is in the buffer of a Readable cannot be dropped, so leave it out or set it lower',
    )
  return { maxlen, policy: policies[overflow], readsAhead: !isLossy, onLag: own.onLag ?? shared.onLag }
}
