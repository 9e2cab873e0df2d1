import { write } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'

/** How long to wait before writing again to a socket or pipe that is full, in milliseconds. */
const PAUSE = 5

const PLACE = /^(?:\/dev|\/proc\/(\d+)(?:\/task\/\d+)?)\/fd\/(\d+)$/

/** Which descriptor of this process a path without links stands for, such as that of /dev/stdout; undefined if none. */
export function descriptorAt(path: string): Descriptor | undefined {
  const [, pid, number] = PLACE.exec(path) ?? []
  const isOurs = pid === undefined || Number(pid) === process.pid
  return number !== undefined && isOurs ? new Descriptor(Number(number)) : undefined
}

/**
 * A descriptor that the process has been given. It is written to as it is, at its position: opening its path would begin at the start
 * of a file, and is refused for a socket. It stays open.
 */
export class Descriptor {
  readonly #number: number

  constructor(number: number) {
    this.#number = number
  }

  async appendFile(bytes: Uint8Array): Promise<void> {
    for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await this.#writeSome(rest))
  }

  async close(): Promise<void> {}

  async #writeSome(bytes: Uint8Array): Promise<number> {
    try {
      const { bytesWritten } = await promisify(write)(this.#number, bytes)
      return bytesWritten
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
      await setTimeout(PAUSE)
      return 0
    }
  }
}
