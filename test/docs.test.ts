import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import t from 'tap'
import ts from 'typescript'
import * as async from '../lib/async.ts'
import * as streams from '../lib/index.ts'
import * as iter from '../lib/iter.ts'
import * as stages from '../lib/stages.ts'
import { all } from './instruments/drain.ts'

/** Runs TypeScript with these names in scope; of `expression // => value` the two are compared. */
async function run(
  code: string,
  scope: object,
  same: (found: unknown, wanted: unknown) => void,
): Promise<void> {
  const file = ts.createSourceFile('example.ts', code, ts.ScriptTarget.Latest)
  let script = ''
  for (const statement of file.statements) {
    if (ts.isImportDeclaration(statement)) continue
    const source = statement.getFullText(file)
    const wanted = /^[^\n]*\/\/ => ([^\n]*)/.exec(code.slice(statement.getEnd()))?.[1]
    script += wanted === undefined ? source : `;same(${source.replace(/^\s*\/\/.*$/gm, '')}, ${wanted})`
    script += '\n'
  }
  const { outputText } = ts.transpileModule(script, { compilerOptions: { target: ts.ScriptTarget.ES2023 } })
  const AsyncFunction = run.constructor as new (...args: string[]) => (...args: unknown[]) => Promise<void>
  const names = { ...scope, same }
  await new AsyncFunction(...Object.keys(names), outputText)(...Object.values(names))
}

/** The examples of a file's doc comments. */
const examplesOf = (path: string): string[] =>
  [...readFileSync(path, 'utf8').matchAll(/@example\n([\s\S]*?)\*\//g)].map(([, block]) =>
    (block as string).replace(/^ *\* ?/gm, '').trim(),
  )

/** Which faces the names of a file are those of: a stage's example holds in each that has the stage. */
function facesOf(path: string, code: string): object[] {
  if (path === 'iter.ts') return [iter]
  if (path === 'async.ts') return [async]
  if (!/^(stages|fan-out)\//.test(path)) return [streams]
  return code.includes('sha256WithSize') ? [streams] : [iter, async, streams]
}

/** A stage's example collects with `Array.from`; in the faces that take time, that is awaited. */
const inFace = (code: string, face: object): string =>
  face === iter ? code : code.replaceAll('Array.from(', 'await all(')

const documented = readdirSync('lib', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .flatMap((path) => examplesOf(join('lib', path)).map((code) => ({ path, code })))

for (const { path, code } of documented) {
  t.test(`example in ${path}: ${code.split('\n').at(-1)}`, async (t) => {
    for (const face of facesOf(path, code)) {
      let compared = 0
      await run(inFace(code, face), { ...face, all, Readable, pipeline }, (found, wanted) => {
        compared++
        t.strictSame(found, wanted)
      })
      t.ok(compared > 0, 'compares something')
    }
  })
}

t.test('every public function has an example', async (t) => {
  const files = ['index.ts', 'async.ts', 'iter.ts'].map((file) => readFileSync(join('lib', file), 'utf8'))
  t.ok(documented.length >= 24, `${documented.length} examples`)
  for (const text of files) {
    for (const [block, name] of text.matchAll(
      /\/\*\*(?:(?!\*\/)[\s\S])*\*\/\nexport (?:function|const) (\w+)/g,
    )) {
      t.match(block, /@example|As in `fanpipe\/async`/, String(name))
    }
  }
})

/** The one-line examples in the tables of the README and the pages in docs. */
const pages = ['README.md', ...readdirSync('docs').map((page) => join('docs', page))]
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

t.test('the README explains every code of an error, and no other', async (t) => {
  const codesIn = (text: string): string[] => [...text.matchAll(/ERR_FANPIPE_[A-Z]+/g)].map(([code]) => code)
  const lib = readdirSync('lib', { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'))
  const thrown = new Set(lib.flatMap((path) => codesIn(readFileSync(join('lib', path), 'utf8'))))
  const explained = [...readFileSync('README.md', 'utf8').matchAll(/^\| `(ERR_FANPIPE_[A-Z]+)`/gm)]
  t.strictSame(explained.map(([, code]) => code).sort(), [...thrown].sort())
})
