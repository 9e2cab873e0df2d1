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
 * A Writable for the end of a pipeline. Every item written to it goes to each of its targets: a list of Writables, or of `{ to:
 * writable, maxlen, overflow, onError, end }` for a target with options of its own. If it is given a number instead, it has
 * that many Readables as `branches`.
 *
 * Order: the order in which items are written, in every branch.
 *
 * Memory: as for `multicast`, plus the sink's own `highWaterMark`. An item counts as delivered once it was passed to the
 * `write` of a target, so what a target itself buffers comes on top of `maxlen`.
 *
 * Opens and closes: nothing is opened. The sink owns its targets from the call on, and ends them with itself, except those with
 * `end: false`, and standard output and standard error.
 *
 * Emits when: an item is written, and no branch lags too far behind.
 *
 * Backpressures when: the slowest branch is `maxlen` behind, or there is no branch because the list is empty or the number 0. A
 * target lags from when its `write` returns false until it emits 'drain'.
 *
 * Completes when: the Writable has ended, for each Readable after the items it still holds. The sink has finished when every
 * target has.
 *
 * Cancels when: the last Readable is closed; the pipeline then fails with Node's `ERR_STREAM_PREMATURE_CLOSE`. When the sink is
 * destroyed, so is every target, with the same error.
 *
 * Errors: an error of a target, unchanged, or `ERR_STREAM_PREMATURE_CLOSE` if it closes early, fails the sink and destroys the
 * other targets. With `onError: 'detach'` or a function, the sink continues without that target; when the last one has failed,
 * the sink fails with its error. The error that the Writable is destroyed with arrives in every Readable, after the items that
 * it holds; so do `OverflowError` (`ERR_FANPIPE_OVERFLOW`) with `overflow: 'fail'`, and `StallError` (`ERR_FANPIPE_STALL`) with
 * `stall`. With `overflow: 'detach'` a target is destroyed with its error, after the items held for it, and with `onStall:
 * 'detach'` at once. `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for an argument or option that cannot be used, and for a target
 * that is not an open Writable or was passed before.
 *
 * See also: `multicast`, `tap`, `partitionSink`.
 *
 * Use `multicast` instead when you have a source to pass, rather than a pipeline to end, and `tap` when the items have to go
 * further down the pipeline as well.
 *
 * @example
 * import { PassThrough } from 'node:stream'
 * import { pipeline } from 'node:stream/promises'
 * import { chain, multicastSink } from 'fanpipe'
 *
 * const [whole, part] = [new PassThrough({ objectMode: true }), new PassThrough({ objectMode: true })]
 * const both = Promise.all([whole.toArray(), part.toArray()])
 * await pipeline(chain([[1, 2], [3]]), multicastSink([whole, { to: part, maxlen: 16, onError: 'detach' }]))
 * await both // => [[1, 2, 3], [1, 2, 3]]
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
