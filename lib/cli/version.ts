import { existsSync, readFileSync } from 'node:fs'

/** The version of the package, whose package.json is in a folder above this file. */
export function version(): string {
  let path = new URL('package.json', import.meta.url)
  while (!existsSync(path)) path = new URL('../package.json', path)
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
}
