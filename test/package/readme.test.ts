/** Runs the examples of the README and the pages in docs, as pasted, in a folder where the package has just been installed. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import t from 'tap'
import ts from 'typescript'
import { installPackage, runNode } from '../instruments/package.ts'

const docs = readdirSync('docs', { encoding: 'utf8', recursive: true }).filter((name) => name.endsWith('.md'))
const pages = ['README.md', ...docs.map((page) => join('docs', page))]
  // The programs of this page need a server: test/nats/guide.test.ts runs them.
  .filter((page) => page !== join('docs', 'guides', 'beyond-one-process.md'))
  .map((page) => ({ page, text: readFileSync(page, 'utf8') }))

/** The JavaScript examples of the pages, each with its expected output. */
const examples = pages.flatMap(({ page, text }) =>
  [...text.matchAll(/```js\n([\s\S]*?)```(?:\n\n```text\n([\s\S]*?)```)?/g)].map(([, code, output], i) => ({
    name: `example ${i + 1} of ${page}`,
    code: code as string,
    output,
  })),
)

/** The compiler's result does not depend on the version of Node, so it is skipped on the oldest, where tests are compiled. */
const isCompiled = import.meta.filename.endsWith('.js')

t.setTimeout(900_000)
const dir = installPackage(t)

for (const [i, { code }] of examples.entries()) {
  writeFileSync(join(dir, `example-${i}.mjs`), code)
  writeFileSync(join(dir, `example-${i}.mts`), code)
}

let program: ts.Program | undefined
/** All examples as one program, which is slow to create. */
const typed = (): ts.Program =>
  (program ??= ts.createProgram(
    examples.map((_, i) => join(dir, `example-${i}.mts`)),
    {
      lib: ['lib.es2023.d.ts'],
      module: ts.ModuleKind.NodeNext,
      noEmit: true,
      strict: true,
      target: ts.ScriptTarget.ES2022,
      typeRoots: [resolve('node_modules/@types')],
      types: ['node'],
    },
  ))

for (const [i, { name, code, output }] of examples.entries()) {
  const title = code.trim().split('\n').at(-1)
  t.test(`${name} prints the stated output, as pasted: ${title}`, async (t) => {
    t.match(code, /from 'fanpipe(\/iter|\/async)?'/, 'it names the face that it uses')
    t.strictSame(await runNode(dir, [`example-${i}.mjs`]), { code: 0, output })
  })

  t.test(
    `${name} is strict TypeScript: ${title}`,
    { skip: isCompiled && 'checked on other versions of Node' },
    async (t) => {
      const source = typed().getSourceFile(join(dir, `example-${i}.mts`))
      const complaints = ts
        .getPreEmitDiagnostics(typed(), source)
        .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
      t.strictSame(complaints, [])
    },
  )
}

t.test('the first example of the README creates the files that it reads', async (t) => {
  t.match(examples[0]?.code, /writeFile/)
})

t.test('packing builds first', async (t) => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
  t.equal(scripts['prepack'], 'npm run build')
})
