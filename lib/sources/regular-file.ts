import { constants, type BigIntStats } from 'node:fs'
import { open, stat, type FileHandle } from 'node:fs/promises'

/** Without O_NONBLOCK, opening a FIFO would block until somebody writes to it. */
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY

/** An open regular file that knows its identity (device and inode). */
export class RegularFile {
  readonly #handle: FileHandle
  readonly #stats: BigIntStats

  private constructor(handle: FileHandle, stats: BigIntStats) {
    this.#handle = handle
    this.#stats = stats
  }

  /** Throws for folders, devices, FIFOs and sockets. */
  static async open(path: string | URL): Promise<RegularFile> {
    const handle = await open(path, FLAGS)
    try {
      return new RegularFile(handle, checkRegular(path, await handle.stat({ bigint: true })))
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  /** Whether the path leads to this file now; throws if there is no file. */
  async isAt(path: string | URL): Promise<boolean> {
    const { dev, ino } = checkRegular(path, await stat(path, { bigint: true }))
    return dev === this.#stats.dev && ino === this.#stats.ino
  }

  isSame(other: RegularFile): boolean {
    return other.#stats.dev === this.#stats.dev && other.#stats.ino === this.#stats.ino
  }

  /** The size when the file was opened. */
  get initialSize(): number {
    return Number(this.#stats.size)
  }

  async size(): Promise<number> {
    return (await this.#handle.stat()).size
  }

  /** Reads at most `length` bytes, into a buffer of its own: a slice of the shared pool would keep all of that alive. */
  async read(position: number, length: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafeSlow(length)
    const { bytesRead } = await this.#handle.read(buffer, 0, length, position)
    return buffer.subarray(0, bytesRead)
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}

/** Throws an error that looks like Node's own. */
function checkRegular(path: string | URL, stats: BigIntStats): BigIntStats {
  if (stats.isFile()) return stats
  const code = stats.isDirectory() ? 'EISDIR' : 'EINVAL'
  throw Object.assign(new Error(`${code}: only a regular file can be followed, open '${String(path)}'`), {
    code,
    syscall: 'open',
    path: String(path),
  })
}
