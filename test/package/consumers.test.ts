/** Loads the installed package with `import` and `require`, in Node, Jest and Vitest, and in every module mode of TypeScript. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import t from 'tap'
import { installPackage, runNode } from '../instruments/package.ts'

t.setTimeout(600_000)
t.jobs = 2
const dir = installPackage(t)
cpSync('test/package/consumers', dir, { recursive: true })
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }

t.test('the installed package is that of this repository', async (t) => {
  const { output } = await runNode(dir, ['-p', 'require("fanpipe/package.json").version'])
  t.equal(output, `${version}\n`)
})

await t.test(
  'without the clients of a broker, only its adapter cannot be loaded, and Node says why',
  async (t) => {
    for (const [flag, code] of [
      ['--input-type=module', "import 'fanpipe/nats'"],
      ['--input-type=commonjs', "require('fanpipe/nats')"],
      ['--no-experimental-require-module', "require('fanpipe/nats')"],
    ] as const) {
      const { code: exit, output } = await runNode(dir, [flag, '-e', code])
      t.match(output, /Cannot find (package|module) '@nats-io\/jetstream'/)
      t.equal(exit, 1)
      const others = await runNode(dir, [flag, '-e', code.replace('/nats', '')])
      t.strictSame(others, { code: 0, output: '' })
    }
    for (const client of ['@nats-io', 'tweetnacl'])
      cpSync(join('node_modules', client), join(dir, 'node_modules', client), { recursive: true })
  },
)

t.test('`require` and `import` return the same functions, classes and symbols in Node', async (t) => {
  const { output } = await runNode(dir, ['--no-warnings', 'same.cjs'])
  const { different, isSameClass, size } = JSON.parse(output) as Record<string, unknown>
  t.strictSame(different, {
    fanpipe: [],
    'fanpipe/iter': [],
    'fanpipe/async': [],
    'fanpipe/nats': [],
  })
  t.equal(isSameClass, true)
  t.ok((size as number) > 40, `${String(size)} exports`)
})

t.test('if `require` cannot load ES modules, it returns a bundle with the same names', async (t) => {
  const { output } = await runNode(dir, ['--no-experimental-require-module', 'names.mjs'])
  t.strictSame(JSON.parse(output), { different: [], isOneBundle: true, isBundle: true, merged: [1, 2, 3] })
})

t.test('a bundler includes one copy for both `import` and `require`', async (t) => {
  const entry = join(dir, 'both.js')
  const [imported, required] = ["import { OrderError } from 'fanpipe'", "require('fanpipe').OrderError"]
  writeFileSync(entry, `${imported}\nconsole.log(OrderError === ${required})`)
  await build({ entryPoints: [entry], outfile: join(dir, 'bundle.cjs'), bundle: true, platform: 'node' })
  t.equal((await runNode(dir, ['bundle.cjs'])).output, 'true\n')
})

/** Creates a project with one test file: the imports, followed by `consumers/body.js`. */
function project(name: string, manifest: object, imports: string): string {
  const cwd = join(dir, name)
  mkdirSync(cwd)
  writeFileSync(join(cwd, 'package.json'), JSON.stringify(manifest))
  writeFileSync(join(cwd, 'fanpipe.test.js'), imports + readFileSync(join(dir, 'body.js'), 'utf8'))
  writeFileSync(join(cwd, 'lines.txt'), 'one\ntwo\n')
  writeFileSync(join(cwd, 'table.csv'), 'a,b\n1,2\n')
  return cwd
}

const imports = `import { Readable } from 'node:stream'
import * as fanpipe from 'fanpipe'
import * as iter from 'fanpipe/iter'
`
const requires = `const { Readable } = require('node:stream')
const fanpipe = require('fanpipe')
const iter = require('fanpipe/iter')
`
const jest = [
  resolve('node_modules/jest/bin/jest.js'),
  '--no-watchman',
  '--runInBand',
  `--cacheDirectory=${dir}/cache`,
]
const vitest = [resolve('node_modules/vitest/vitest.mjs'), 'run', '--globals', '--no-cache', '--pool=threads']

const runners = [
  ['Jest, a CommonJS project with its default settings', jest, {}, requires, {}],
  [
    'Jest with --experimental-vm-modules',
    jest,
    { type: 'module' },
    imports,
    { NODE_OPTIONS: '--experimental-vm-modules' },
  ],
  ['Vitest', vitest, { type: 'module' }, imports, {}],
] as const

for (const [i, [name, args, manifest, head, env]] of runners.entries()) {
  t.test(`it works in ${name}`, async (t) => {
    const { code, output } = await runNode(project(`project-${i}`, manifest, head), args, {
      CI: 'true',
      NO_COLOR: '1',
      ...env,
    })
    t.match(output, /Tests: +3 passed, 3 total|Tests +3 passed \(3\)/)
    t.equal(code, 0, output)
  })
}

/**
 * TypeScript's module modes for a CommonJS package: the compiler, `module`, `moduleResolution`, and more. Checking the
 * declarations themselves takes longest, so it is done once for each kind of declarations.
 */
const modes = [
  ['typescript-5.4', 'commonjs', 'node10', '--skipLibCheck', '--esModuleInterop', 'false'],
  ['typescript-5.4', 'commonjs', 'node10', '--skipLibCheck', '--esModuleInterop', 'true'],
  ['typescript-5.4', 'node16', 'node16', '--esModuleInterop', 'false'],
  ['typescript-5.4', 'nodenext', 'nodenext', '--skipLibCheck', '--esModuleInterop', 'true'],
  ['typescript-5.4', 'esnext', 'bundler', '--skipLibCheck'],
  ['typescript-latest', 'commonjs', 'bundler'],
  ['typescript-latest', 'node16', 'node16'],
  ['typescript-latest', 'node20', 'nodenext'],
  ['typescript-latest', 'nodenext', 'nodenext'],
  ['typescript-latest', 'esnext', 'bundler'],
] as const

/** The declarations of the NATS clients need TypeScript 5.7, or `skipLibCheck`. */
const isOurs = (line: string): boolean => line !== '' && !line.startsWith('node_modules/@nats-io/')

for (const [i, [compiler, module, resolution, ...more]] of modes.entries()) {
  t.test(`types: ${[compiler, module, resolution, ...more].join(' ')}`, async (t) => {
    const isNode = module.startsWith('node')
    const files = [
      'use.ts',
      ...(module === 'esnext' ? [] : ['required.cts']),
      ...(isNode ? ['mixed.mts'] : []),
    ]
    const { code, output } = await runNode(dir, [
      resolve('node_modules', compiler, 'bin/tsc'),
      ...files.map((file) => join('typescript', file)),
      ...['--module', module, '--moduleResolution', resolution, ...more],
      ...[
        '--strict',
        '--target',
        'es2022',
        '--lib',
        'es2022',
        '--typeRoots',
        resolve('node_modules/@types'),
        '--types',
        'node',
      ],
      ...['--rootDir', 'typescript', '--outDir', `out-${i}`],
    ])
    t.strictSame(output.split('\n').filter(isOurs), [])
    t.equal(code, output === '' ? 0 : 2)
    if (module === 'esnext') return
    const printed = await runNode(dir, [`out-${i}/use.js`])
    t.equal(printed.output.split('\n').at(-2), '1,2,3 2 object true nc', printed.output)
  })
}
