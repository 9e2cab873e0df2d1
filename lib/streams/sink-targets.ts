import { branchRules, type BranchOptions } from '../fan-out/branch-settings.ts'
import type { MulticastOptions } from '../fan-out/multicast.ts'
import { failDetachOrReport, flag, isRecord, readOptions, type Rule } from '../kernel/options.ts'
import type { StreamOptions } from '../to/readable.ts'
import { checkWritable, isStandardOutput, isWritableLike, type WritableLike } from '../to/writable-like.ts'

/** Options that can differ from target to target. */
export interface TargetOptions extends BranchOptions {
  /**
   * What happens when the target fails, or closes before it has finished:
   *
   * - `'fail'`, the default: the sink fails with its error, and the other targets are destroyed.
   * - `'detach'`: the others continue without it. When the last one has failed, the sink fails with its error.
   * - a function: the same, and it is called with the error and the index of the target. What it throws fails the sink.
   */
  onError?: 'fail' | 'detach' | ((error: Error, index: number) => void) | undefined
  /** `false`: the target is left open when the sink has finished. By default only standard output and error are. */
  end?: boolean | undefined
}

/** A Writable, and its options. */
export interface TargetWithOptions extends TargetOptions {
  readonly to: WritableLike
}

export interface MulticastSinkOptions extends MulticastOptions, TargetOptions, StreamOptions {}

export const targetRules = { ...branchRules, onError: failDetachOrReport, end: flag } satisfies Record<
  string,
  Rule
>

/** What is known of one target. */
export interface TargetSettings {
  readonly to: WritableLike
  readonly index: number
  /** What error messages call it. */
  readonly argument: string
  readonly branch: BranchOptions
  readonly onError: NonNullable<TargetOptions['onError']>
  readonly end: boolean
}

/** Whether this is a list of targets, rather than the number of branches or a list of their options. */
export const isTargetList = (value: unknown): value is readonly unknown[] =>
  Array.isArray(value) && value.some((entry) => !isRecord(entry) || isWritableLike(entry) || 'to' in entry)

/** Checks a list of targets. */
export const readTargets = (list: readonly unknown[], shared: TargetOptions): TargetSettings[] =>
  Array.from(list, (entry, index) => readTarget(entry, index, shared))

function readTarget(entry: unknown, index: number, shared: TargetOptions): TargetSettings {
  const [argument, expected] = [`targets[${index}]`, 'a Writable or { to: Writable }']
  const { to, ...own } =
    isRecord(entry) && !isWritableLike(entry) && 'to' in entry ? withOptions(entry) : { to: entry }
  checkWritable(to, argument, expected)
  const { onError = shared.onError, end = shared.end, ...branch }: TargetOptions = own
  return {
    to,
    index,
    argument,
    branch,
    onError: onError ?? 'fail',
    end: end ?? !isStandardOutput(to),
  }
}

function withOptions(entry: object): TargetOptions & { readonly to: unknown } {
  const { to, ...own } = entry as TargetWithOptions
  return { to, ...readOptions(own, targetRules) }
}
