/** The package as npm would publish it, and a way to install it in an empty folder. */
import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

interface Packed {
  readonly filename: string
  readonly files: readonly { readonly path: string; /** In bytes. */ readonly size: number }[]
}

const npm = (args: readonly string[], cwd: string): string =>
  execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

/** Packs what `npm run build` has built. Building here would replace `dist` while other tests are using it. */
function pack(...args: string[]): Packed {
  const [packed] = JSON.parse(npm(['pack', '--json', '--ignore-scripts', ...args], resolve('.'))) as [Packed]
  return packed
}

/** The files that npm would publish. */
export const packedFiles = (): Packed['files'] => pack('--dry-run').files

/** Installs the tarball in a folder of its own, and returns that folder. */
export function installPackage(t: { teardown(undo: () => void): unknown }): string {
  const dir = mkdtempSync(join(tmpdir(), 'fanpipe-installed-'))
  t.teardown(() => rmSync(dir, { recursive: true }))
  const { filename } = pack('--pack-destination', dir)
  writeFileSync(join(dir, 'package.json'), '{ "private": true }\n')
  npm(['install', '--prefer-offline', '--no-audit', '--no-fund', join(dir, filename)], dir)
  return dir
}

/** Runs Node in a folder, without the hooks that tap passes to child processes, and returns everything it prints. */
export async function runNode(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number; output: string }> {
  const variables = Object.entries({ HOME: cwd, PATH: process.env['PATH'] ?? '', ...env })
  const command = [...variables.map(([name, value]) => `${name}=${value}`), process.execPath, ...args]
  return await new Promise((resolve) =>
    execFile('env', ['-i', ...command], { cwd, maxBuffer: 2 ** 24 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: `${stdout}${stderr}` }),
    ),
  )
}
