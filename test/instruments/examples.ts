/** Extracts the examples from doc comments and runs them. */
import { readFileSync } from 'node:fs'
import ts from 'typescript'

/** What an example may import: the exports of each module. */
export type Modules = Readonly<Record<string, object>>

/** The names that an import declaration binds, with their values. */
function importsOf(declaration: ts.ImportDeclaration, modules: Modules): [string, unknown][] {
  const { text } = declaration.moduleSpecifier as ts.StringLiteral
  const { elements } = declaration.importClause?.namedBindings as ts.NamedImports
  return elements.map(({ name }) => {
    const found = Object.entries(modules[text] ?? {}).find(([exported]) => exported === name.text)
    if (found === undefined) throw new Error(`${text} exports no ${name.text}`)
    return found
  })
}

/** Runs TypeScript with its imports and the names of `scope`; compares the values of every `expression // => value`. */
export async function run(
  code: string,
  modules: Modules,
  scope: object,
  same: (found: unknown, wanted: unknown) => void,
): Promise<void> {
  const file = ts.createSourceFile('example.ts', code, ts.ScriptTarget.Latest)
  const names = new Map<string, unknown>([...Object.entries(scope), ['same', same]])
  let script = ''
  for (const statement of file.statements) {
    if (ts.isImportDeclaration(statement)) {
      for (const [name, value] of importsOf(statement, modules)) names.set(name, value)
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

/** The examples in a file's doc comments. Each ends where its comment does, or at the next tag. */
export const examplesOf = (path: string): string[] =>
  [...readFileSync(path, 'utf8').matchAll(/@example\n([\s\S]*?)(?=\*\/|\* @)/g)].map(([, block]) =>
    (block as string).replace(/^ *\* ?/gm, '').trim(),
  )
