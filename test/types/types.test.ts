/**
 * The built declarations, as users see them: small programs, each a module, on old and new compilers and types of Node.
 * Those in `knows` compile, with callbacks that nobody annotated; each in `refuses` fails with the message of its first line.
 */
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import t from 'tap'

/** Each compiler with the types of Node 20, and those that the newest types of Node support with these too. */
const pairs: readonly (readonly [compiler: string, typesOfNode: string])[] = [
  ['typescript-5.4', '@types/node'],
  ['typescript-5.6', '@types/node'],
  ['typescript-5.6', 'types-node-latest'],
  ['typescript-5.8', '@types/node'],
  ['typescript-5.8', 'types-node-latest'],
  ['typescript', '@types/node'],
  ['typescript', 'types-node-latest'],
  ['typescript-latest', '@types/node'],
  ['typescript-latest', 'types-node-latest'],
]
const folder = 'test/types'

/** What a compiler says of each file, without the files that are not asked for. */
async function check(compiler: string, ...options: string[]): Promise<Map<string, string>> {
  const bin = join('node_modules', compiler, 'bin/tsc')
  // tap has every process that it knows of load its hooks, which `env -i` takes away; a compiler that crashed refuses nothing
  const output = await new Promise<string>((resolve) =>
    execFile('env', ['-i', process.execPath, bin, ...options], { maxBuffer: 2 ** 24 }, (_, stdout) =>
      resolve(stdout),
    ),
  )
  const errors = new Map<string, string>()
  let file = 'the compiler'
  for (const line of output.split('\n')) {
    file = /^(\S.*?)\(\d+,\d+\): /.exec(line)?.[1] ?? file
    if (line !== '') errors.set(file, `${errors.get(file) ?? ''}${line}\n`)
  }
  return errors
}

const programs = (name: string): string[] =>
  readdirSync(join(folder, name)).map((file) => `${folder}/${name}/${file}`)

t.setTimeout(600_000)
t.ok(existsSync('dist/index.d.ts'), 'the declarations are built: npm run build')
t.jobs = 2

for (const [compiler, types] of pairs) {
  t.test(`types: ${compiler}, ${types}`, async (t) => {
    // the types of Node go by the name of `node`, whatever the package is called
    const roots = t.testdir({ node: t.fixture('symlink', resolve('node_modules', types)) })
    const errors = await check(compiler, '-p', folder, '--typeRoots', roots)
    for (const file of programs('knows')) t.equal(errors.get(file), undefined, file)
    for (const file of programs('refuses')) {
      const expected = readFileSync(file, 'utf8').split('\n')[0]?.replace('// error: ', '') as string
      t.ok(errors.get(file)?.includes(expected), `${file}: ${expected}`, { found: errors.get(file) })
    }
    t.strictSame(
      [...errors].filter(([file]) => !file.startsWith(folder)),
      [],
      'nothing else',
    )
  })
}

t.test('types: the sync and the async face without the types of Node', async (t) => {
  t.strictSame([...(await check('typescript', '-p', `${folder}/tsconfig.browser.json`))], [])
})
