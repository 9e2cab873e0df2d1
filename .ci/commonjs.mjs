/**
 * Writes `dist/cjs`: the library for tools that cannot `require` an ES module, such as Jest. Node itself never loads it, because the
 * condition `module-sync` in package.json gives it the ES modules both for `import` and for `require`.
 *
 * All faces are one bundle, so that they share their error classes; the adapters in it are run when they are asked for, since what they
 * adapt to may not be installed. The declarations name those of the ES modules, so that TypeScript sees the same types however the
 * package is imported.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { build } from 'esbuild'

const faces = ['index', 'iter', 'async']
const adapters = ['nats']

/** An ES module itself, so it has to be in the bundle, and its licence with it. */
const bundled = 'stream-chain'

const { dependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
const licence = readFileSync(`node_modules/${bundled}/LICENSE`, 'utf8').trim()

await build({
  stdin: {
    contents: [
      ...faces.map((face) => `export * as ${face} from './${face}.js'`),
      ...adapters.map((adapter) => `export const ${adapter} = () => require('./${adapter}.js')`),
    ].join('\n'),
    resolveDir: 'dist',
  },
  outfile: 'dist/cjs/faces.cjs',
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20.19',
  external: Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => name !== bundled),
  banner: { js: `/* This file contains parts of ${bundled}:\n\n${licence}\n*/` },
  logLevel: 'warning',
})

for (const face of [...faces, ...adapters]) {
  const values = Object.entries(await import(`../dist/${face}.js`))
  const isClass = (value) => typeof value === 'function' && String(value).startsWith('class ')
  const declarations = values.flatMap(([name, value]) => [
    `export declare const ${name}: typeof esm.${name}`,
    ...(isClass(value) ? [`export type ${name} = esm.${name}`] : []),
  ])
  const esm = `'../${face}.js' with { 'resolution-mode': 'import' }`
  writeFileSync(
    `dist/cjs/${face}.d.cts`,
    [`import type * as esm from ${esm}`, `export type * from ${esm}`, ...declarations, ''].join('\n'),
  )
  writeFileSync(
    `dist/cjs/${face}.cjs`,
    `module.exports = require('./faces.cjs').${face}${adapters.includes(face) ? '()' : ''}\n`,
  )
}
