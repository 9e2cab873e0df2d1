/** Files made for a test, and whether they are open. */
import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder that lives as long as the test. */
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

/** How often this process has the file open. */
export const openFiles = (path: string): number =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(join('/proc/self/fd', fd)) === path
    } catch {
      return false
    }
  }).length
