import { ArgumentError } from '../errors.ts'
import { callback, milliseconds, oneOf, type Rule } from '../kernel/options.ts'
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
   * - `'block'`, the default: that consumer waits. An error in `fanpipe/iter`, which cannot wait.
   * - `'fail'`, the default in `fanpipe/iter`: all branches fail with an OverflowError, after the items held for them.
   * - `'drop-oldest'`: the oldest items held for this branch are dropped.
   * - `'drop-newest'`: the new item is dropped for this branch.
   * - `'detach'`: this branch alone fails with an OverflowError, after the items held for it.
   *
   * If several branches lag, `'fail'` takes precedence, then `'block'`.
   */
  overflow?: Overflow | undefined
  /**
   * With `overflow: 'block'`: how long the consumers of other branches may wait for this one, in milliseconds, while it receives
   * nothing; without a limit by default. After that all branches fail with a StallError, after the items held for them. The wait
   * does not keep the process alive: if nothing else does, Node exits before.
   */
  stall?: number | undefined
  /** `'detach'`: a branch that exceeds `stall` fails alone, after the items held for it, and the others continue. `'fail'` is the default. */
  onStall?: 'fail' | 'detach' | undefined
  /**
   * Called before the next item of a branch, or before its end, if anything was dropped for it since the last call: with the
   * number of dropped items, or of bytes in a byte stream.
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
  stall: milliseconds,
  onStall: oneOf('fail', 'detach'),
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
  const stalls = overflow === 'block' ? stallSettings(own, shared) : checkNoStall(own, shared, overflow)
  const onLag = own.onLag ?? shared.onLag
  return { maxlen, policy: policies[overflow], readsAhead: !isLossy, ...stalls, onLag }
}

function stallSettings(
  own: BranchOptions,
  shared: BranchOptions,
): Pick<AccountSettings, 'stall' | 'onStall'> {
  const stall = own.stall ?? shared.stall
  const onStall = own.onStall ?? shared.onStall
  if (onStall !== undefined && stall === undefined)
    throw new ArgumentError('stall', 'a number of milliseconds if onStall is set')
  return { stall, onStall }
}

/** If a branch has chosen another policy for itself, the shared `stall` is meant for the branches that block. */
function checkNoStall(own: BranchOptions, shared: BranchOptions, overflow: Overflow): object {
  const { stall, onStall } = own.overflow === undefined ? { ...shared, ...own } : own
  if (stall === undefined && onStall === undefined) return {}
  throw new ArgumentError(
    stall === undefined ? 'onStall' : 'stall',
    `left out with overflow '${overflow}'`,
    undefined,
    "only a branch with overflow 'block' holds up the others",
  )
}
