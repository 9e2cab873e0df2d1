import type { Writable } from 'node:stream'
import { callback, check, keyCount, readOptions } from '../kernel/options.ts'
import type { PartitionKey } from '../streams/partition-key.ts'
import { PartitionSink, type OpenInfo, type PartitionSinkOptions } from '../streams/partition-sink.ts'
import { streamRules } from '../to/readable.ts'
import type { WritableLike } from '../to/writable-like.ts'

/**
 * A Writable for the end of a pipeline. Each item written to it goes to the Writable of its key, which `open(key, { again })`
 * returns, or promises, at the first item with that key: one file for each country, day or user, however many there are.
 *
 * Order: the order in which items are written, for each key.
 *
 * Memory: the buffers of the Writables, and every key that has occurred.
 *
 * Opens and closes: at most `maxOpen` Writables are open at once, 64 by default. When another is needed, the least recently used
 * is ended, and the next is opened only after its 'close', or its 'finish' if it does not close by itself. When its key comes
 * back, `open` is called once more, with `again: true`: append then, rather than start over. A `fileSink` cannot append. To use one
 * for each key, set `maxOpen` to at least the number of keys, unless items with equal keys are adjacent, as the days of a sorted log
 * are. Standard output and standard error are left open, and may serve several keys.
 *
 * Emits when: an item is written.
 *
 * Backpressures when: the Writable of the current item does, or is still being opened, or another Writable must be ended first.
 *
 * Completes when: the sink has ended and every Writable has finished.
 *
 * Cancels when: the sink is destroyed; every Writable is then destroyed with the same error.
 *
 * Errors: an error of any of the Writables, unchanged, or `ERR_STREAM_PREMATURE_CLOSE` if one closes early; the others are then
 * destroyed. `KeyError` (`ERR_FANPIPE_KEY`) for a key that is missing, a promise or an object; what `key` and `open` throw,
 * unchanged. `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for an argument or option that cannot be used, and if `open` returns
 * anything but a Writable of its own that is open, or a `fileSink` that would replace what the same key has written before.
 *
 * See also: `partition`, `multicastSink`, `groupBy`.
 *
 * Use `partition` instead when the number of consumers is fixed.
 *
 * @example
 * import { Writable } from 'node:stream'
 * import { pipeline } from 'node:stream/promises'
 * import { chain, partitionSink } from 'fanpipe'
 *
 * const files: Record<string, string> = {}
 * const open = (name: string, { again }: { again: boolean }) => {
 *   if (!again) files[name] = ''
 *   return new Writable({ objectMode: true, write: (word, _, done) => done(void (files[name] += word)) })
 * }
 * const sink = partitionSink((word: string) => word[0] as string, open, { maxOpen: 2 })
 * await pipeline(chain([['apple', 'bee', 'ant', 'cat', 'bat']]), sink)
 * files // => { a: 'appleant', b: 'beebat', c: 'cat' }
 */
export function partitionSink<T, K extends PartitionKey>(
  key: (item: T, index: number) => K,
  open: (key: K, info: OpenInfo) => WritableLike | PromiseLike<WritableLike>,
  options: PartitionSinkOptions = {},
): Writable {
  check(key, 'key', callback)
  check(open, 'open', callback)
  return new PartitionSink({
    key,
    open,
    options: readOptions(options, { ...streamRules, maxOpen: keyCount }),
  })
}
