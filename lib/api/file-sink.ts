import type { Writable } from 'node:stream'
import { sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ArgumentError, show } from '../errors.ts'
import { flag, readOptions, signal, type Rule } from '../kernel/options.ts'
import { FileSink } from '../streams/file-sink.ts'

export interface FileSinkOptions {
  /** `true`: the file is compressed with gzip. */
  gzip?: boolean | undefined
  /** The permissions of a new file, such as `0o600`, reduced by the umask; `0o666` by default. An existing file keeps its own. */
  mode?: number | undefined
  /** Aborts: the sink fails with an AbortError whose `cause` is the reason, and the file stays as it was, unless it has been replaced already. */
  signal?: AbortSignal | undefined
}

const rules = {
  gzip: flag,
  mode: {
    expected: 'permissions from 0 to 0o777',
    holds: (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 0o777,
  },
  signal,
} satisfies Record<string, Rule>

/**
 * A Writable for the end of a pipeline that writes a file all at once, as its readers see it: until everything is on disk, the
 * path leads to the old file or to none.
 *
 * Order: the order in which bytes or strings are written.
 *
 * Memory: up to 1 MiB waiting to be written, counted in characters if it is text, and as much being written.
 *
 * Opens and closes: at the first write, or at the end if there is none, it creates a file with a temporary name in the same folder.
 * When the sink has ended, that file is synced and renamed to the path. A symbolic link stays, and the file it leads to is replaced.
 * Anything but a regular file, such as a terminal, a FIFO or /dev/null, is written to directly. So is a descriptor, such as
 * /dev/stdout, even if it leads to a file.
 *
 * Emits when: nothing; it is the end of a pipeline.
 *
 * Backpressures when: the disk does.
 *
 * Completes when: the sink has ended, and file and folder are on disk.
 *
 * Cancels when: it is destroyed, fails or aborts; the temporary file is removed before 'close'. Only a process that is killed leaves
 * one behind.
 *
 * Errors: those of the file system, with the path, such as ENOSPC, EACCES or ENOENT for a folder that does not exist; the old file
 * is then unchanged. `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for an argument or option that cannot be used.
 *
 * See also: `toLines`, `toCsv`, `toNdjson`, and `lineSource` or `csvSource` to read the file, compressed or not.
 *
 * Use `fs.createWriteStream` instead to append, as for a key that comes back in `partitionSink`, or if others are to read the file
 * while it grows.
 *
 * @example
 * import { mkdtemp, readFile, rm } from 'node:fs/promises'
 * import { pipeline } from 'node:stream/promises'
 * import { fileSink, merge, toLines } from 'fanpipe'
 *
 * const folder = await mkdtemp('logs-')
 * await pipeline(merge([['a', 'c'], ['b']]), toLines(), fileSink(`${folder}/all.log`))
 * const written = await readFile(`${folder}/all.log`, 'utf8')
 * await rm(folder, { recursive: true })
 * written // => 'a\nb\nc\n'
 */
export function fileSink(path: string | URL, options: FileSinkOptions = {}): Writable {
  const { gzip = false, mode, signal } = readOptions(options, rules)
  return new FileSink({ path: checkPath(path), gzip, mode, signal })
}

function checkPath(path: unknown): string {
  const name = path instanceof URL && path.protocol === 'file:' ? fileURLToPath(path) : path
  if (typeof name === 'string' && name !== '' && !name.includes('\0') && !endsAsFolder(name)) return name
  throw new ArgumentError('path', 'the path of a file', show(path instanceof URL ? path.href : path))
}

const endsAsFolder = (path: string): boolean => path.endsWith('/') || path.endsWith(sep)
