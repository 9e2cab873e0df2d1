/**
 * Bundles the command line into a folder: `node .ci/cli.mjs dist/cli`. Every command is a bundle of its own that holds only what it
 * needs, because loading the whole library would take longer than most commands run.
 */
import { build } from 'esbuild'

const [outdir] = process.argv.slice(2)
const files = ['main', 'merge', 'cat', 'tee', 'split', 'each']

await build({
  entryPoints: files.map((file) => `lib/cli/${file}.ts`),
  outdir,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
  minify: true,
  keepNames: true,
  logLevel: 'warning',
  plugins: [
    {
      name: 'commands',
      setup({ onResolve }) {
        onResolve({ filter: /^\.\/\w+\.ts$/ }, ({ kind, path }) =>
          kind === 'dynamic-import' ? { path: path.replace('.ts', '.js'), external: true } : undefined,
        )
      },
    },
  ],
})
