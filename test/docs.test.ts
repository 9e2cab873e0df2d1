import fsPromises from 'node:fs/promises'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough, Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import t from 'tap'
import ts from 'typescript'
import * as async from '../lib/async.ts'
import * as common from '../lib/common.ts'
import * as streams from '../lib/index.ts'
import * as iter from '../lib/iter.ts'
import * as stages from '../lib/stages.ts'
import { all } from './instruments/drain.ts'

const faces = { fanpipe: streams, 'fanpipe/iter': iter, 'fanpipe/async': async }
type FaceName = keyof typeof faces
const faceNames = Object.keys(faces) as FaceName[]

/** What an example may import. */
const modules: Readonly<Record<string, object>> = {
  ...faces,
  'node:fs/promises': fsPromises,
  'node:stream': { PassThrough, Readable, Writable },
  'node:stream/promises': { pipeline },
}

/** The names that an import declaration declares, with their values. */
function importsOf(declaration: ts.ImportDeclaration): [string, unknown][] {
  const { text } = declaration.moduleSpecifier as ts.StringLiteral
  const { elements } = declaration.importClause?.namedBindings as ts.NamedImports
  return elements.map(({ name }) => {
    const found = Object.entries(modules[text] ?? {}).find(([exported]) => exported === name.text)
    if (found === undefined) throw new Error(`${text} exports no ${name.text}`)
    return found
  })
}

/** Runs TypeScript with its imports and the names of `scope`; compares the values of every `expression // => value`. */
async function run(
  code: string,
  scope: object,
  same: (found: unknown, wanted: unknown) => void,
): Promise<void> {
  const file = ts.createSourceFile('example.ts', code, ts.ScriptTarget.Latest)
  const names = new Map<string, unknown>([...Object.entries(scope), ['same', same]])
  let script = ''
  for (const statement of file.statements) {
    if (ts.isImportDeclaration(statement)) {
      for (const [name, value] of importsOf(statement)) names.set(name, value)
      continue
    }
    const source = statement.getFullText(file)
    const wanted = /^[^\n]*\/\/ => ([^\n]*)/.exec(code.slice(statement.getEnd()))?.[1]
    script += wanted === undefined ? source : `;same(${source.replace(/^\s*\/\/.*$/gm, '')}, ${wanted})`
    script += '\n'
  }
  const { outputText } = ts.transpileModule(script, { compilerOptions: { target: ts.ScriptTarget.ES2023 } })
  const AsyncFunction = run.constructor as new (...args: string[]) => (...args: unknown[]) => Promise<void>
  await new AsyncFunction(...names.keys(), outputText)(...names.values())
}

/** The examples of a file's doc comments: each ends with its comment, or with the next one. */
const examplesOf = (path: string): string[] =>
  [...readFileSync(path, 'utf8').matchAll(/@example\n([\s\S]*?)(?=\*\/|\* @)/g)].map(([, block]) =>
    (block as string).replace(/^ *\* ?/gm, '').trim(),
  )

/**
 * The faces an example runs in: the one it imports from. A stage is documented once for all faces, so an example of one
 * that imports nothing runs in each face that has the stage; any other example runs in `fanpipe`.
 */
function facesOf(path: string, code: string): readonly FaceName[] {
  const imported = faceNames.filter((name) => code.includes(` from '${name}'`))
  if (imported.length > 0) return imported
  if (!/^(stages|api)\//.test(path) || code.includes('sha256WithSize')) return ['fanpipe']
  return faceNames
}

/** The example of a stage collects with `Array.from`; in the asynchronous faces, that has to be awaited. */
const inFace = (code: string, face: FaceName): string =>
  face === 'fanpipe/iter' ? code : code.replaceAll('Array.from(', 'await all(')

const documented = readdirSync('lib', { recursive: true, encoding: 'utf8' })
  // The examples of `fanpipe/nats` need a server.
  .filter((path) => path.endsWith('.ts') && !path.startsWith('nats'))
  .flatMap((path) =>
    examplesOf(join('lib', path)).map((code) => ({ path, code, faces: facesOf(path, code) })),
  )

for (const { path, code, faces: names } of documented) {
  for (const name of names) {
    t.test(`example in ${path}, ${name}: ${code.split('\n').at(-1)}`, async (t) => {
      let compared = 0
      const scope = code.includes(` from '${name}'`) ? {} : { ...faces[name], all, Readable, pipeline }
      await run(inFace(code, name), scope, (found, wanted) => {
        compared++
        t.strictSame(found, wanted)
      })
      t.ok(compared > 0, 'compares something')
    })
  }
}

t.test('every junction, stage and source has an example that runs in each of its faces', async (t) => {
  for (const name of faceNames) {
    const examples = documented.filter(({ faces }) => faces.includes(name))
    const functions = Object.entries(faces[name])
      .filter(([exported, value]) => typeof value === 'function' && !(exported in common))
      .map(([exported]) => exported)
    t.ok(functions.length >= 31, `${name} exports ${functions.length}`)
    for (const exported of functions) {
      const call = new RegExp(`\\b${exported}[(<]`)
      t.ok(
        examples.some(({ code }) => call.test(code)),
        `${exported} of ${name}`,
      )
    }
  }
})

t.test('a control: an example that imports what its face does not export fails', async (t) => {
  const code = "import { multicastSink } from 'fanpipe/iter'\nmulticastSink(1) // => 1"
  await t.rejects(run(code, {}, t.strictSame), { message: 'fanpipe/iter exports no multicastSink' })
})

/** The one-line examples in the tables of the README and the pages in docs. */
const pages = [
  'README.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((page) => join('docs', page)),
]
const lines = pages.flatMap((page) =>
  [...readFileSync(page, 'utf8').matchAll(/\| `([^`]+ \/\/ => [^`]+)`/g)].map(([, code]) => ({
    page,
    code: code as string,
  })),
)

for (const page of new Set(lines.map(({ page }) => page))) {
  t.test(`every one-line example in ${page} is true`, async (t) => {
    for (const { code } of lines.filter((line) => line.page === page))
      await run(code, { ...streams, ...iter, all }, (found, wanted) => t.strictSame(found, wanted, code))
  })
}

t.test('docs/from-itertools.md has an example of every stage', async (t) => {
  const named = new Set(
    lines
      .filter(({ page }) => page === join('docs', 'from-itertools.md'))
      .flatMap(({ code }) => [...code.matchAll(/\b[a-z]\w+/gi)].map(([name]) => name)),
  )
  for (const name of [...Object.keys(stages), 'sha256WithSize', 'pipe'])
    t.ok(named.has(name), `${name} is in the table`)
})
