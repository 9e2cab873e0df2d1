import type { Width } from '../fan-out/branches.ts'
import { multicastRules, type MulticastOptions } from '../fan-out/multicast.ts'
import { readOptions } from '../kernel/options.ts'
import { MulticastSink } from '../streams/multicast-sink.ts'
import {
  isTargetList,
  readTargets,
  targetRules,
  type MulticastSinkOptions,
  type TargetWithOptions,
} from '../streams/sink-targets.ts'
import { streamRules, type StreamOptions } from '../to/readable.ts'
import { takesBytes, type WritableLike } from '../to/writable-like.ts'

/**
 * A Writable for the end of a pipeline. Every item written to it goes to each of its `branches`, which are Readables.
 *
 * Order: the order in which items are written, in every branch.
 *
 * Memory: as for `multicast`, plus the Writable's own `highWaterMark`.
 *
 * Opens and closes: nothing; it is written to.
 *
 * Emits when: an item is written, and no branch lags too far behind.
 *
 * Backpressures when: the slowest branch is `maxlen` behind, or there is no branch because `n` is 0.
 *
 * Completes when: the Writable has ended, for each branch after the items it still holds.
 *
 * Cancels when: the last branch is closed; the pipeline then fails with Node's `ERR_STREAM_PREMATURE_CLOSE`.
 *
 * Errors: the error that the Writable is destroyed with arrives in every branch, after the items that the branch holds;
 * so does `OverflowError` (`ERR_FANPIPE_OVERFLOW`) with `overflow: 'fail'`. `ArgumentError` (`ERR_FANPIPE_ARGUMENT`)
 * for an argument or option that cannot be used.
 *
 * See also: `multicast`, `tee`.
 *
 * Use `multicast` instead when there is a source to pass, rather than a pipeline to end.
 *
 * @example
 * import { pipeline } from 'node:stream/promises'
 * import { chain, multicastSink } from 'fanpipe'
 *
 * const sink = multicastSink(2)
 * const both = Promise.all(sink.branches.map((branch) => branch.toArray()))
 * await pipeline(chain([[1, 2], [3]]), sink)
 * await both // => [[1, 2, 3], [1, 2, 3]]
 */
export function multicastSink<T = unknown>(
  targets: readonly (WritableLike | TargetWithOptions)[],
  options?: MulticastSinkOptions,
): MulticastSink<T, 0>
export function multicastSink<T = unknown, const N extends Width = number>(
  n: N,
  options?: MulticastOptions & StreamOptions,
): MulticastSink<T, N>
export function multicastSink(
  branches: Width | readonly (WritableLike | TargetWithOptions)[],
  options: MulticastSinkOptions = {},
): MulticastSink {
  const rules = { ...streamRules, ...multicastRules }
  if (!isTargetList(branches)) return new MulticastSink(branches, readOptions(options, rules))
  const settings = readOptions(options, { ...rules, ...targetRules })
  const targets = readTargets(branches, settings)
  const { objectMode = !targets.every(({ to }) => takesBytes(to)) } = settings
  return new MulticastSink(
    targets.map(({ branch }) => branch),
    { ...settings, objectMode },
    targets,
  )
}
