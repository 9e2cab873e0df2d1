import type { Duplex } from 'node:stream'
import type { LastOutput } from '../stages/compose.ts'
import { duplexOf } from '../streams/duplex.ts'
import type { TypedReadable } from '../streams/stream-types.ts'

/**
 * A Node Duplex of stages: the items written to it come out as the stages make them. If a Node stream, a list of
 * functions or a stream-chain pipeline is among the parts, stream-chain joins them. If the last part is a Writable that cannot be
 * read, such as a `fileSink`, there is nothing to read from the result either: it can end a `stream.pipeline`, and emits 'finish'
 * when that part has finished.
 *
 * Otherwise its readable side must be read. If it is the last part of a `stream.pipeline`, nobody reads it, so
 * `pipeline(source, duplex(map(f)), callback)` never calls back, not even for a single item.
 *
 * Order: determined by the stages.
 *
 * Memory: what the stages hold, and a `highWaterMark` at each end.
 *
 * Opens and closes: nothing; it is written to.
 *
 * Emits when: the last stage does.
 *
 * Backpressures when: downstream does.
 *
 * Completes when: the last part does. A `fence` or a `stop` ends the readable side; anything written after that is
 * discarded.
 *
 * Cancels when: it is destroyed; the stages are closed with it.
 *
 * Errors: those of the stages arrive unchanged. `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) if there is no part, or if a
 * part cannot be used.
 *
 * See also: `compose`, `pipe`.
 *
 * Use the stage itself instead when it is a part of a `stream.pipeline`.
 *
 * @example
 * import { Readable } from 'node:stream'
 * import { duplex, map } from 'fanpipe'
 *
 * const tenfold = duplex(map((n: number) => n * 10))
 * await Readable.from([1, 2]).pipe(tenfold).toArray() // => [10, 20]
 */
export function duplex<const P extends readonly unknown[]>(
  ...parts: P
): TypedReadable<LastOutput<P>> & Duplex {
  return duplexOf(parts) as TypedReadable<LastOutput<P>> & Duplex
}
