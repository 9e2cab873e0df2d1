import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AsyncIterableRecipe } from '../cursor/from-async-iterable.ts'
import { readOptions, failOrReport } from '../cursor/options.ts'
import { runRules, type RunOptions } from '../cursor/root.ts'
import { ArgumentError, show } from '../errors.ts'
import { toSource } from '../streams/source.ts'
import { extensionsRule, hasExtension } from '../stages/extensions.ts'
import { isPath } from './text.ts'

export interface WalkOptions extends RunOptions {
  /** Gives only the files whose names end so, such as `['.log']`; all by default. */
  extensions?: readonly string[] | undefined
  /** `'fail'`, the default, or who is told of a folder that has vanished or is closed to us, which is then left out. */
  unreadable?: 'fail' | ((path: string, error: unknown) => void) | undefined
}

/**
 * The paths of the files below a folder, each beginning with the folder's own. Symbolic links are neither followed nor
 * given, and so is nothing else that is no file.
 *
 * Order: the entries of a folder by name, by code unit, and what is in one before the next: the same on every machine.
 * Memory: the entries of the folders on the way to the current one. Opens the folder at the first demand, afresh for every
 * run, and reads one folder at a time. Emits when a file is found; backpressures when downstream does; completes after the
 * last; cancels nothing, as nothing stays open. Errors: those of the folder given, unchanged; those of others, unless
 * `unreadable` is told instead; `ArgumentError`. Laws: E1, FR, DTR, L1, C1, X1.
 *
 * @example
 * await chain([walkSource('lib/fan-out', { extensions: ['.ts'] })]).toArray().then((paths) => paths[0]) // => 'lib/fan-out/branch.ts'
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
  const rest = await entriesOf(root)
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const path = join(next.parentPath, next.name)
    if (next.isFile() && wanted(path)) yield path
    if (!next.isDirectory()) continue
    try {
      rest.push(...(await entriesOf(path)))
    } catch (error) {
      if (unreadable === 'fail') throw error
      unreadable(path, error)
    }
  }
}

/** The last by name first, to be taken from the end. */
async function entriesOf(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries.sort((a, b) => Number(a.name < b.name) - Number(a.name > b.name))
}
