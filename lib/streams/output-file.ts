import { constants, type Stats } from 'node:fs'
import { open, readlink, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, sep } from 'node:path'
import { Descriptor, descriptorAt } from './descriptor.ts'

/** A file that is being written. */
export interface OutputFile {
  write(bytes: Uint8Array): Promise<void>
  /** Everything is on disk, under the name of the target; unless it `isCancelled` by the time it could get that name. */
  commit(isCancelled: () => boolean): Promise<void>
  /** Closes it, and removes what has not been committed. */
  discard(): Promise<void>
}

/**
 * Opens what the path leads to: a regular file is replaced when all is written. Anything else is written to directly, and so is a
 * descriptor of this process, whatever it leads to: others hold it as well, and would not see a file that replaces theirs.
 */
export async function openOutput(path: string, mode: number | undefined): Promise<OutputFile> {
  const existing = await statOf(path)
  const target = await resolveTarget(path)
  if (target instanceof Descriptor) return new DirectOutput(target, path)
  if (existing?.isFile() === false) return new DirectOutput(await open(path, constants.O_WRONLY), path)
  return ReplacingOutput.open(target, mode, existing && existing.mode & 0o7777)
}

/** Where a path leads: through symbolic links, also to a file that does not exist yet. */
async function resolveTarget(path: string): Promise<string | Descriptor> {
  const place = join(await realpath(dirname(path)), basename(path))
  const descriptor = descriptorAt(place)
  if (descriptor !== undefined) return descriptor
  const link = await readlink(place).catch(() => undefined)
  if (link === undefined) return place
  // Not joined by `join` or `resolve`: they drop `x/..`, which leads elsewhere if x is a link.
  return resolveTarget(isAbsolute(link) ? link : dirname(place) + sep + link)
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** A device, a FIFO, a terminal or a descriptor. */
class DirectOutput implements OutputFile {
  readonly #handle: FileHandle | Descriptor
  readonly #target: string

  constructor(handle: FileHandle | Descriptor, target: string) {
    this.#handle = handle
    this.#target = target
  }

  write(bytes: Uint8Array): Promise<void> {
    return naming(this.#target, () => this.#handle.appendFile(bytes))
  }

  commit(): Promise<void> {
    return naming(this.#target, () => this.#handle.close())
  }

  async discard(): Promise<void> {
    await this.#handle.close()
  }
}

/** A file under a temporary name in the folder of the target, which it replaces when it is complete. */
class ReplacingOutput implements OutputFile {
  readonly #handle: FileHandle
  readonly #temporary: string
  readonly #target: string

  private constructor(handle: FileHandle, temporary: string, target: string) {
    this.#handle = handle
    this.#temporary = temporary
    this.#target = target
  }

  /** The mode of an existing file is kept as it is; the umask applies to that of a new one. */
  static async open(
    target: string,
    mode: number | undefined,
    existingMode: number | undefined,
  ): Promise<ReplacingOutput> {
    // Short, and not made of the target's name: that may be as long as a name can be.
    const temporary = join(dirname(target), `.${crypto.randomUUID().slice(0, 13)}.tmp`)
    const handle = await naming(target, () => open(temporary, 'wx', existingMode ?? mode))
    const file = new ReplacingOutput(handle, temporary, target)
    try {
      if (existingMode !== undefined) await naming(target, () => handle.chmod(existingMode))
      return file
    } catch (error) {
      await file.discard()
      throw error
    }
  }

  write(bytes: Uint8Array): Promise<void> {
    return naming(this.#target, () => this.#handle.appendFile(bytes))
  }

  async commit(isCancelled: () => boolean): Promise<void> {
    await naming(this.#target, async () => {
      await this.#handle.sync()
      await this.#handle.close()
      if (isCancelled()) return
      await rename(this.#temporary, this.#target)
      await syncFolder(dirname(this.#target))
    })
  }

  async discard(): Promise<void> {
    await this.#handle.close()
    await rm(this.#temporary, { force: true })
  }
}

/** Makes the new name of a file last. A folder that may be written to but not read cannot be synced, nor any on Windows. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder).catch(() => undefined)
  try {
    await handle?.sync()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error
  } finally {
    await handle?.close()
  }
}

/** Runs an operation, whose error then names the target: that of a write names no file, and others the temporary one. */
async function naming<T>(target: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation()
  } catch (error) {
    const { code, errno, syscall } = error as NodeJS.ErrnoException
    const what = (error as Error).message.replace(/ '.*'$/, '')
    throw Object.assign(new Error(`${what} '${target}'`, { cause: error }), {
      code,
      errno,
      syscall,
      path: target,
    })
  }
}
