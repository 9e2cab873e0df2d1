import fsPromises from 'node:fs/promises'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough, Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import t from 'tap'
import * as async from '../lib/async.ts'
import * as common from '../lib/common.ts'
import * as streams from '../lib/index.ts'
import * as iter from '../lib/iter.ts'
import * as stages from '../lib/stages.ts'
import { all } from './instruments/drain.ts'
import { examplesOf, run, type Modules } from './instruments/examples.ts'

const faces = { fanpipe: streams, 'fanpipe/iter': iter, 'fanpipe/async': async }
type FaceName = keyof typeof faces
const faceNames = Object.keys(faces) as FaceName[]

/** What an example may import. */
const modules: Modules = {
  ...faces,
  'node:fs/promises': fsPromises,
  'node:stream': { PassThrough, Readable, Writable },
  'node:stream/promises': { pipeline },
}

/**
 * The faces in which an example runs: the ones it imports from. A stage is documented once for all faces, so an example of a
 * stage that imports nothing runs in each face that has the stage; any other example runs in `fanpipe`.
 */
function facesOf(path: string, code: string): readonly FaceName[] {
  const imported = faceNames.filter((name) => code.includes(` from '${name}'`))
  if (imported.length > 0) return imported
  if (!/^(stages|api)\//.test(path) || code.includes('sha256WithSize')) return ['fanpipe']
  return faceNames
}

/** The example of a stage collects with `Array.from`; in the asynchronous faces, `all` replaces it and is awaited. */
const inFace = (code: string, face: FaceName): string =>
  face === 'fanpipe/iter' ? code : code.replaceAll('Array.from(', 'await all(')

const documented = readdirSync('lib', { recursive: true, encoding: 'utf8' })
  // The examples of `fanpipe/nats` need a server: test/nats/examples.test.ts runs them.
  .filter((path) => path.endsWith('.ts') && !path.startsWith('nats'))
  .flatMap((path) =>
    examplesOf(join('lib', path)).map((code) => ({ path, code, faces: facesOf(path, code) })),
  )

for (const { path, code, faces: names } of documented) {
  for (const name of names) {
    t.test(`example in ${path}, ${name}: ${code.split('\n').at(-1)}`, async (t) => {
      let compared = 0
      const scope = code.includes(` from '${name}'`) ? {} : { ...faces[name], all, Readable, pipeline }
      await run(inFace(code, name), modules, scope, (found, wanted) => {
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
  await t.rejects(run(code, modules, {}, t.strictSame), { message: 'fanpipe/iter exports no multicastSink' })
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
      await run(code, modules, { ...streams, ...iter, all }, (found, wanted) =>
        t.strictSame(found, wanted, code),
      )
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
