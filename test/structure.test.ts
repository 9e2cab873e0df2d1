import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import t from 'tap'

const files = readdirSync('lib', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
/** The imports of a file, without those of the examples in its doc comments. */
const importsOf = (file: string): string[] => {
  const code = readFileSync(join('lib', file), 'utf8').replace(/\/\*\*[\s\S]*?\*\//g, '')
  return [...code.matchAll(/(?:import|export) [^'"]*from '([^']+)'/g)].map(([, from]) => from as string)
}

/** A folder of `lib` with all its subfolders, or a file at its top level. */
const layer = (file: string): string => file.split('/')[0] as string

/** The folders that each folder may import, besides itself; all may import `errors.ts`. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'errors.ts': ['errors'],
  errors: [],
  kernel: [],
  from: ['kernel'],
  to: ['kernel'],
  keys: ['kernel'],
  'fan-in': ['kernel', 'from', 'keys'],
  stages: ['kernel', 'from', 'to'],
  'fan-out': ['kernel', 'stages'],
  streams: ['kernel', 'from', 'to', 'stages', 'fan-out'],
  sources: ['kernel', 'from', 'to', 'fan-in', 'keys', 'stages', 'streams'],
  api: ['kernel', 'from', 'to', 'keys', 'fan-in', 'stages', 'fan-out', 'streams', 'sources'],
  'nats.ts': ['nats'],
  nats: ['kernel', 'streams'],
  cli: ['index.ts', 'common.ts', 'kernel', 'keys', 'sources'],
}

t.test('there are no import cycles', async (t) => {
  const finished = new Set<string>()
  const visit = (file: string, above: readonly string[]): void => {
    if (above.includes(file)) t.fail([...above.slice(above.indexOf(file)), file].join(' imports '))
    if (finished.has(file) || above.includes(file)) return
    for (const from of importsOf(file).filter((from) => from.startsWith('.')))
      visit(normalize(join(dirname(file), from)), [...above, file])
    finished.add(file)
  }
  for (const file of files) visit(file, [])
  t.equal(finished.size, files.length)
})

t.test('each folder imports only from the layers below it', async (t) => {
  for (const file of files) {
    const may = allowed[layer(file)]
    if (may === undefined) continue
    for (const from of importsOf(file).filter((from) => from.startsWith('.'))) {
      const target = layer(normalize(join(dirname(file), from)))
      t.ok(
        target === layer(file) || target === 'errors.ts' || may.includes(target),
        `${file} imports ${from}`,
      )
    }
  }
})

t.test('no file of fan-in imports a junction, except the parts of that junction', async (t) => {
  const inFanIn = files.filter((file) => file.startsWith('fan-in/'))
  /** A file that exports a junction, or the subfolder that contains such a file, is one junction. */
  const partOf = (file: string): string => file.split('/').slice(0, 2).join('/')
  const exportsJunction = (file: string): boolean =>
    /^export function \w+Junction\b/m.test(readFileSync(join('lib', file), 'utf8'))
  const junctions = new Set(inFanIn.filter(exportsJunction).map(partOf))
  t.ok(junctions.size >= 4, [...junctions].join(', '))
  for (const file of inFanIn) {
    const others = importsOf(file)
      .filter((from) => from.startsWith('.'))
      .map((from) => partOf(normalize(join(dirname(file), from))))
      .filter((part) => junctions.has(part) && part !== partOf(file))
    t.strictSame(others, [], file)
  }
})

t.test(
  'the kernel, the junctions, the stages and the iter and async faces do not depend on Node streams',
  async (t) => {
    const seen = new Set<string>()
    const visit = (file: string): void => {
      if (seen.has(file)) return
      seen.add(file)
      for (const from of importsOf(file)) {
        if (from.startsWith('.')) visit(normalize(join(dirname(file), from)))
        else t.fail(`${file} imports ${from}`)
      }
    }
    visit('iter.ts')
    visit('async.ts')
    t.ok(seen.size > 20, `${seen.size} files reached`)
    const made = new Set(['to/pump.ts', 'to/readable.ts'])
    for (const file of files.filter(
      (file) => /^(kernel|from|to|keys|fan-in|fan-out|stages)\//.test(file) && !made.has(file),
    )) {
      t.notOk(importsOf(file).includes('node:stream'), file)
    }
  },
)

t.test('no file of lib has more than 220 lines', async (t) => {
  for (const file of files) {
    const lines = readFileSync(join('lib', file), 'utf8').split('\n').length - 1
    t.ok(lines <= 220, `${file} has ${lines} lines`)
  }
})

t.test('ARCHITECTURE.md names every file of lib, and no other', async (t) => {
  const text = readFileSync('ARCHITECTURE.md', 'utf8')
  const named = [...text.matchAll(/^ {2,}(?:[\w-]+\/)*([\w-]+\.ts)\b/gm)].map(([, name]) => name as string)
  const present = files.map((file) => file.split('/').at(-1) as string)
  t.strictSame(named.sort(), present.sort())
})

t.test('every file that the prose of ARCHITECTURE.md names exists', async (t) => {
  const text = readFileSync('ARCHITECTURE.md', 'utf8')
  const named = [...text.matchAll(/`(?:lib\/)?([\w/-]+\.ts)`/g)].map(([, path]) => path as string)
  t.ok(named.length > 10)
  for (const path of new Set(named.filter((path) => !path.startsWith('test/'))))
    t.ok(
      files.some((file) => file === path || file.endsWith(`/${path}`)),
      path,
    )
})
