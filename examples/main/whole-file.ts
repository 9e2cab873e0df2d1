import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import type { Writable } from 'node:stream'

/** A file that has its name only when it is whole: until then it is called `.part`, and broken off it is gone. */
export async function wholeFile(path: string, write: (file: Writable) => Promise<unknown>): Promise<void> {
  const part = `${path}.part`
  const file = createWriteStream(part)
  const closed = once(file, 'close')
  try {
    await write(file)
    await closed
    await rename(part, path)
  } catch (error) {
    file.destroy()
    await closed.catch(() => undefined)
    await rm(part, { force: true })
    throw error
  }
}
