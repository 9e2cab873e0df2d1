import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { execFileSync } from 'node:child_process'
import t from 'tap'
import { uselessChecks } from './instruments/checks.ts'
import { mutants } from './mutants/mutants.ts'

const found = (text: string): string[] => uselessChecks('x.ts', text).map((line) => line.slice(0, 6))

t.test(
  'every check can fail visibly: no tap assertion in a property, no t.pass, no skip without a reason',
  async (t) => {
    const files = readdirSync('test', { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    )
    t.ok(files.length > 50, `${files.length} files`)
    for (const file of files) t.strictSame(uselessChecks(file, readFileSync(join('test', file), 'utf8')), [])
  },
)

t.test('a control: checks that cannot fail are found, also in functions called by a property', async (t) => {
  t.strictSame(found('fc.property(fc.nat(), (n) => {\n t.equal(n, 1)\n return true })'), ['x.ts:2'])
  t.strictSame(found('const check = () => t.ok(1)\nfc.asyncProperty(async () => { check(); return 1 })'), [
    'x.ts:1',
  ])
  t.strictSame(found('function check() { t.ok(1) }\nfc.property(check)'), ['x.ts:1', 'x.ts:2'])
  t.strictSame(found('fc.property(fc.nat(), (n) => { n + 1 })'), ['x.ts:1'])
  t.strictSame(found('t.pass("later")'), ['x.ts:1'])
  t.strictSame(found('t.test("later", { skip: true }, () => {})'), ['x.ts:1'])
})

t.test(
  'a control: a property that throws or returns, and a skip with a reason, are not reported',
  async (t) => {
    t.strictSame(found('fc.property(fc.nat(), (n) => n > 1)'), [])
    t.strictSame(found('fc.property(fc.nat(), (n) => { assert.equal(n, { t: 1 }.t) })'), [])
    t.strictSame(found('t.test("later", { skip: "no such thing here" }, () => {})'), [])
    t.strictSame(found('t.ok(fc.assert(fc.property(fc.nat(), (n) => n > 1)))'), [])
  },
)

t.test(
  'no file of the repository contains merge conflict markers',
  { skip: !existsSync('.git') && 'not in a repository' },
  async (t) => {
    const names = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' }).split('\0').filter(existsSync)
    t.ok(names.length > 500, `${names.length} files`)
    const marked = names.filter((name) => /^(?:<{7}|={7}|>{7})(?: |\r?$)/m.test(readFileSync(name, 'latin1')))
    t.strictSame(marked, [])
  },
)

t.test('the code that a deliberate fault replaces occurs exactly once', (t) => {
  const stale = mutants.filter(({ file, find }) => readFileSync(file, 'utf8').split(find).length !== 2)
  t.strictSame(
    stale.map(({ what }) => what),
    [],
  )
  t.end()
})
