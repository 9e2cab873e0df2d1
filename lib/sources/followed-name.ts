import { RegularFile } from './regular-file.ts'
import { isObject } from '../kernel/guards.ts'

/** Waits until the next check; false if following was aborted. */
export type LookAgain = () => Promise<boolean>

/**
 * A path where log rotation puts one file after another. Sometimes there is no readable file: a rotation renames the old file,
 * creates the new one and then sets its permissions, or the process has run out of file descriptors. Such errors are waited out,
 * and each is reported once.
 */
export class FollowedName {
  readonly #path: string | URL
  readonly #onMissing: ((error: unknown) => unknown) | undefined
  #reportedCode: unknown
  /** At least once, there was no file at the path. */
  wasAbsent = false

  constructor(path: string | URL, onMissing: ((error: unknown) => unknown) | undefined) {
    this.#path = path
    this.#onMissing = onMissing
  }

  /** Opens the file that is at the path now. */
  async open(): Promise<RegularFile> {
    const file = await RegularFile.open(this.#path)
    this.#reportedCode = undefined
    return file
  }

  /** Waits until there is a readable file at the path, and opens it; `undefined` if following was aborted. */
  async whenOpen(lookAgain: LookAgain): Promise<RegularFile | undefined> {
    do {
      try {
        return await this.open()
      } catch (error) {
        await this.missing(error)
      }
    } while (await lookAgain())
    return undefined
  }

  /** Whether there is another file at the path now; false if there is none. */
  async isAnother(file: RegularFile): Promise<boolean> {
    try {
      const isSame = await file.isAt(this.#path)
      this.#reportedCode = undefined
      return !isSame
    } catch (error) {
      await this.missing(error)
      return false
    }
  }

  /** Reports an error that may be temporary; throws any other. */
  async missing(error: unknown): Promise<void> {
    if (!mayBeTemporary(error)) throw error
    this.wasAbsent ||= error.code === 'ENOENT'
    if (this.#reportedCode === error.code) return
    this.#reportedCode = error.code
    await this.#onMissing?.(error)
  }
}

/** Any error of a system call may be gone at the next check, except an I/O error of the disk. */
const mayBeTemporary = (error: unknown): error is NodeJS.ErrnoException =>
  isObject(error) && 'syscall' in error && (error as NodeJS.ErrnoException).code !== 'EIO'
