/** The package as npm would publish it, installed in an empty folder. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

interface Packed {
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
}

export interface Installed {
  readonly dir: string
  /** The paths in the tarball. */
  readonly files: readonly string[]
}

/** Packs what `npm run build` has built: a build of its own would pull `dist` from under tests that run beside it. */
export function installPackage(t: { teardown(undo: () => void): unknown }): Installed {
  const dir = mkdtempSync(join(tmpdir(), 'fanpipe-installed-'))
  t.teardown(() => rmSync(dir, { recursive: true }))
  const npm = (args: readonly string[], cwd = dir): string =>
    execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  const [packed] = JSON.parse(
    npm(['pack', '--json', '--ignore-scripts', '--pack-destination', dir], resolve('.')),
  ) as [Packed]
  writeFileSync(join(dir, 'package.json'), '{ "private": true }\n')
  npm(['install', '--prefer-offline', '--no-audit', '--no-fund', join(dir, packed.filename)])
  return { dir, files: packed.files.map(({ path }) => path) }
}
