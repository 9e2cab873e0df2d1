/**
 * The built declarations, as users see them: small programs, each a module, on old and new compilers and types of Node.
 * Those in `knows` compile, with callbacks that nobody annotated; each in `refuses` fails with the message of its first line.
 */
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

const compilers = ['typescript-5.4', 'typescript-5.6', 'typescript-5.8', 'typescript', 'typescript-latest']
const typesOfNode = ['node', 'types-node-latest']
const folder = 'test/types'

/** What a compiler says of each file, without the files that are not asked for. */
async function check(compiler: string, ...options: string[]): Promise<Map<string, string>> {
  const bin = join('node_modules', compiler, 'bin/tsc')
  const output = await new Promise<string>((resolve, reject) =>
    execFile(process.execPath, [bin, ...options], { maxBuffer: 2 ** 24 }, (error, stdout, stderr) =>
      stderr === '' ? resolve(stdout) : reject(error ?? new Error(stderr)),
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

for (const compiler of compilers) {
  for (const types of typesOfNode) {
    t.test(`types: ${compiler}, ${types}`, async (t) => {
      const errors = await check(compiler, '-p', folder, '--types', types)
      for (const file of programs('knows')) t.equal(errors.get(file), undefined, file)
      for (const file of programs('refuses')) {
        const [, expected] = /^\/\/ error: (.*)\n/.exec(readFileSync(file, 'utf8')) as unknown as [
          string,
          string,
        ]
        t.ok(errors.get(file)?.includes(expected), `${file}: ${expected}`, { found: errors.get(file) })
      }
      // what the newest types of Node themselves get wrong on an old compiler is theirs
      const others = [...errors].filter(
        ([file]) =>
          !file.startsWith(folder) && !(compiler === 'typescript-5.4' && file.includes(`/${types}/`)),
      )
      t.strictSame(others, [], 'nothing else')
    })
  }
}

t.test('types: the sync and the async face without the types of Node', async (t) => {
  t.strictSame([...(await check('typescript', '-p', `${folder}/tsconfig.browser.json`))], [])
})
