import { constants, type BigIntStats } from 'node:fs'
import { open, stat, type FileHandle } from 'node:fs/promises'

/** Without it a FIFO would not open before somebody writes to it. */
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY

/** A file on a disk that is open to be read, and which one it is. */
export class RegularFile {
  readonly #handle: FileHandle
  readonly #stats: BigIntStats

  private constructor(handle: FileHandle, stats: BigIntStats) {
    this.#handle = handle
    this.#stats = stats
  }

  /** Refuses folders, devices, FIFOs and sockets. */
  static async open(path: string | URL): Promise<RegularFile> {
    const handle = await open(path, FLAGS)
    try {
      return new RegularFile(handle, regular(path, await handle.stat({ bigint: true })))
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  /** Whether the path leads to this file now; an error where it leads to none. */
  async isAt(path: string | URL): Promise<boolean> {
    const { dev, ino } = regular(path, await stat(path, { bigint: true }))
    return dev === this.#stats.dev && ino === this.#stats.ino
  }

  isSame(other: RegularFile): boolean {
    return other.#stats.dev === this.#stats.dev && other.#stats.ino === this.#stats.ino
  }

  /** How long it was when it was opened. */
  get initialSize(): number {
    return Number(this.#stats.size)
  }

  async size(): Promise<number> {
    return (await this.#handle.stat()).size
  }

  /** So many bytes at most, in a buffer of their own: a part of a larger one would keep that alive. */
  async read(position: number, length: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafeSlow(length)
    const { bytesRead } = await this.#handle.read(buffer, 0, length, position)
    return buffer.subarray(0, bytesRead)
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}

/** The error has the form of Node's own. */
function regular(path: string | URL, stats: BigIntStats): BigIntStats {
  if (stats.isFile()) return stats
  const code = stats.isDirectory() ? 'EISDIR' : 'EINVAL'
  throw Object.assign(new Error(`${code}: only a regular file can be followed, open '${String(path)}'`), {
    code,
    syscall: 'open',
    path: String(path),
  })
}
