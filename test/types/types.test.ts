/**
 * The built declarations, as users see them: small programs, each a module, with old and new compilers and Node types.
 * Those in `knows` compile without annotations on callbacks; those in `refuses` fail with the message in their first line.
 */
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import t from 'tap'

/** Each compiler with the types of Node 20, and with the newest Node types if these support it. */
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

/** The messages of a compiler for each of the files. */
async function check(compiler: string, ...options: string[]): Promise<Map<string, string>> {
  const bin = join('node_modules', compiler, 'bin/tsc')
  // `env -i` keeps tap from loading its hooks into the compiler; a crashed compiler would report no errors
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
    // the Node types must be named `node`, whatever the name of the package
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
      'no other messages',
    )
  })
}

t.test('types: the sync and the async face without the types of Node', async (t) => {
  t.strictSame([...(await check('typescript', '-p', `${folder}/tsconfig.browser.json`))], [])
})
