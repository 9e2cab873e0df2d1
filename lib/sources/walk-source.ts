import { lstat, opendir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AsyncIterableRecipe } from '../from/async-iterable.ts'
import { readOptions, failOrReport } from '../kernel/options.ts'
import { runRules, type RunOptions } from '../kernel/root.ts'
import { ArgumentError, show } from '../errors.ts'
import { toSource } from '../streams/source.ts'
import { extensionsRule, hasExtension } from '../stages/extensions.ts'
import { isPath } from './text.ts'

export interface WalkOptions extends RunOptions {
  /** Only files with one of these extensions, such as `['.log']`; all by default. */
  extensions?: readonly string[] | undefined
  /**
   * What happens to a folder that has vanished or cannot be read: `'fail'`, the default, or a function that is called with it;
   * the folder is then skipped. A promise is awaited.
   */
  unreadable?: 'fail' | ((path: string, error: unknown) => unknown) | undefined
}

/**
 * The paths of all files below a folder, each beginning with the path of the folder. Only regular files are yielded; symbolic
 * links below the folder are not followed. A folder that is replaced while it is being opened counts as vanished, so that a link
 * put in its place is not followed either.
 *
 * Order: depth first; the entries of a folder by name, compared by code unit, so the same on every machine.
 *
 * Memory: the names in the folders on the path to the current one.
 *
 * Opens and closes: opens the folder on the first demand, again for every run; reads one folder at a time.
 *
 * Emits when: a file is found.
 *
 * Backpressures when: downstream does.
 *
 * Completes when: all folders have been read.
 *
 * Cancels when: the output is closed; no folder stays open in between.
 *
 * Errors: those of the given folder, unchanged; those of other folders too, unless `unreadable` is a function, which is called
 * instead; `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for a path or an option that cannot be used.
 *
 * See also: `extensions`, `sha256WithSize`.
 *
 * @example
 * await chain([walkSource('lib/stages', { extensions: ['.ts'] })]).toArray().then((paths) => paths[0]) // => 'lib/stages/accumulate.ts'
 */
export function walkSource(root: string | URL, options: WalkOptions = {}): AsyncIterable<string> {
  if (!isPath(root)) throw new ArgumentError('root', 'the path of a folder', show(root))
  const settings = readOptions(options, { ...runRules, extensions: extensionsRule, unreadable: failOrReport })
  const walk = {
    [Symbol.asyncIterator]: () => filesBelow(root instanceof URL ? fileURLToPath(root) : root, settings),
  }
  return toSource(new AsyncIterableRecipe(walk, 'root'), settings)
}

async function* filesBelow(
  root: string,
  { extensions, unreadable = 'fail' }: WalkOptions,
): AsyncGenerator<string, void, undefined> {
  const wanted = extensions === undefined ? () => true : hasExtension(extensions)
  const stack = [await folderAt(root, stat)]
  for (let folder = stack.at(-1); folder !== undefined; folder = stack.at(-1)) {
    const name = folder.names.pop()
    if (name === undefined) {
      stack.pop()
      continue
    }
    const path = join(folder.path, name)
    if (!folder.folders.has(name)) {
      if (wanted(path)) yield path
      continue
    }
    try {
      stack.push(await folderAt(path, lstat))
    } catch (error) {
      if (unreadable === 'fail') throw error
      await unreadable(path, error)
    }
  }
}

interface Folder {
  readonly path: string
  /** The names of its files and folders in descending order, because they are taken from the end. */
  readonly names: string[]
  /** The names that are folders. */
  readonly folders: ReadonlySet<string>
}

/** How many directory entries are read at once. */
const BATCH = 1024

/** Reads a folder; throws if the path leads to another one before and after it is opened, as it may be a link by then. */
async function folderAt(path: string, statPath: typeof lstat): Promise<Folder> {
  const before = await statPath(path, { bigint: true })
  if (before.isSymbolicLink()) throw replaced(path)
  const dir = await opendir(path, { bufferSize: BATCH })
  const names: string[] = []
  const folders = new Set<string>()
  try {
    const after = await statPath(path, { bigint: true })
    if (after.ino !== before.ino || after.dev !== before.dev) throw replaced(path)
    for (let entry = await dir.read(); entry !== null; entry = await dir.read()) {
      if (!entry.isFile() && !entry.isDirectory()) continue
      names.push(entry.name)
      if (entry.isDirectory()) folders.add(entry.name)
    }
  } finally {
    await dir.close()
  }
  return { path, names: names.sort().reverse(), folders }
}

/** Looks like Node's own error for a folder that does not exist. */
const replaced = (path: string): Error =>
  Object.assign(new Error(`ENOENT: replaced while it was opened, opendir '${path}'`), {
    code: 'ENOENT',
    syscall: 'opendir',
    path,
  })
