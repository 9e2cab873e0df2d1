/** Temporary files for a test, and a check whether files are open. */
import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Creates a temporary folder that is removed when the test ends. */
export function folder(t: { teardown(undo: () => void): unknown }) {
  const dir = mkdtempSync(join(tmpdir(), 'fanpipe-'))
  t.teardown(() => rmSync(dir, { recursive: true }))
  const fileOf = (name: string, content: string | Buffer): string => {
    const path = join(dir, name)
    writeFileSync(path, content)
    return path
  }
  return { dir, fileOf }
}

/** How many descriptors of this process refer to the file. */
export const openFiles = (path: string): number =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(join('/proc/self/fd', fd)) === path
    } catch {
      return false
    }
  }).length
