import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import type { Writable } from 'node:stream'

/** Writes a file that has its name only when it is whole: until then it is called `.part`, and an error or an abort removes it. */
export async function wholeFile(path: string, write: (file: Writable) => Promise<unknown>): Promise<void> {
  const part = `${path}.part`
  const file = createWriteStream(part)
  // not once() of node:events: it rejects on 'error', which may come before anybody awaits it
  const closed = new Promise<void>((resolve) => file.once('close', resolve))
  try {
    await write(file)
    await closed
    await rename(part, path)
  } catch (error) {
    file.destroy()
    await closed
    await rm(part, { force: true })
    throw error
  }
}
