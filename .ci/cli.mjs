/**
 * Bundles the command line into a folder: `node .ci/cli.mjs dist/cli`. Every command is a bundle of its own that holds only what it
 * needs, because loading the whole library would take longer than most commands run. For the same reason the bundles are CommonJS,
 * which Node loads faster than ES modules, and they load zlib and npm packages only on first use.
 */
import { build } from 'esbuild'

const [outdir] = process.argv.slice(2)
const files = ['main', 'merge', 'cat', 'tee', 'split', 'each']

/** Leaves the commands, which `main` imports when they are run, to their own bundles. */
const commands = {
  name: 'commands',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/\w+\.ts$/ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path: path.replace('.ts', '.cjs'), external: true } : undefined,
    )
  },
}

/** Replaces zlib and npm packages with modules that have the same exports and load the originals on first use. */
const lazy = {
  name: 'lazy',
  setup({ onResolve, onLoad }) {
    // Bare names are packages; `node:` modules other than zlib are loaded at once.
    onResolve({ filter: /^(node:zlib|[\w@][^:]*)$/ }, ({ kind, path }) => {
      if (kind === 'entry-point') return undefined
      return kind === 'import-statement' ? { path, namespace: 'lazy' } : { path, external: true }
    })
    onLoad({ filter: /./, namespace: 'lazy' }, async ({ path }) => {
      const { default: _, ...exports } = await import(path)
      const getters = Object.keys(exports).map(
        (name) => `${JSON.stringify(name)}: { enumerable: true, get: () => load()[${JSON.stringify(name)}] }`,
      )
      return {
        contents: `const load = () => require(${JSON.stringify(path)})
          module.exports = (...args) => load()(...args)
          Object.defineProperties(module.exports, { ${getters.join()} })`,
      }
    })
  },
}

await build({
  entryPoints: files.map((file) => `lib/cli/${file}.ts`),
  outdir,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20.19',
  // Compiles `import()` to `require`, since the other bundles are CommonJS too.
  supported: { 'dynamic-import': false },
  define: { 'import.meta.dirname': '__dirname' },
  minify: true,
  logLevel: 'warning',
  plugins: [commands, lazy],
})
