import { RegularFile } from './regular-file.ts'
import { isObject } from '../kernel/guards.ts'

/** Waits for the next look; false where it was broken off. */
export type LookAgain = () => Promise<boolean>

/**
 * A name that leads to one file after another, and now and then to none: a rotation renames, creates and then allows to
 * read, and a process may be out of descriptors for a while. So errors of the system are waited out, and told once each.
 */
export class FollowedName {
  readonly #path: string | URL
  readonly #onMissing: ((error: unknown) => unknown) | undefined
  #told: unknown
  /** There was no such file when it was looked for. */
  wasAbsent = false

  constructor(path: string | URL, onMissing: ((error: unknown) => unknown) | undefined) {
    this.#path = path
    this.#onMissing = onMissing
  }

  /** The file that bears the name, or its error. */
  async open(): Promise<RegularFile> {
    const file = await RegularFile.open(this.#path)
    this.#told = undefined
    return file
  }

  /** The file that bears the name, as soon as one does; `undefined` where the waiting was broken off. */
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

  /** Whether another file bears the name now; as long as none does, not. */
  async isAnother(file: RegularFile): Promise<boolean> {
    try {
      const isSame = await file.isAt(this.#path)
      this.#told = undefined
      return !isSame
    } catch (error) {
      await this.missing(error)
      return false
    }
  }

  /** Tells of an error that may pass; any other is thrown. */
  async missing(error: unknown): Promise<void> {
    if (!mayPass(error)) throw error
    this.wasAbsent ||= error.code === 'ENOENT'
    if (this.#told === error.code) return
    this.#told = error.code
    await this.#onMissing?.(error)
  }
}

/** What the system says of a file may be different at the next look, unless its disk fails. */
const mayPass = (error: unknown): error is NodeJS.ErrnoException =>
  isObject(error) && 'syscall' in error && (error as NodeJS.ErrnoException).code !== 'EIO'
