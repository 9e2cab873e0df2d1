import { readFileSync } from 'node:fs'

/** The version of the package, which lies beside the folder of the command, built or not. */
export function version(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  return version
}
