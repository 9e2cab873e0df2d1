/** The README and the pages in docs, followed word for word by somebody who has just installed the package in an empty folder. */
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

/** The JavaScript of the pages, each with the text that it says is printed. */
const examples = pages.flatMap(({ page, text }) =>
  [...text.matchAll(/```js\n([\s\S]*?)```(?:\n\n```text\n([\s\S]*?)```)?/g)].map(([, code, output], i) => ({
    name: `example ${i + 1} of ${page}`,
    code: code as string,
    output,
  })),
)

/** The compiler says the same on every version of Node, so the oldest one, where the tests are compiled, does not ask it. */
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
  t.test(`${name} prints what it says, as pasted: ${title}`, async (t) => {
    t.match(code, /from 'fanpipe(\/iter|\/async)?'/, 'says which face it uses')
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

t.test('the first example of the README creates what it reads', async (t) => {
  t.match(examples[0]?.code, /writeFile/)
})

t.test('packing builds first', async (t) => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
  t.equal(scripts['prepack'], 'npm run build')
})
