import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { chain as chainAsync } from '../lib/async.ts'
import * as lib from '../lib/index.ts'
import { multicast as multicastSync } from '../lib/iter.ts'
import { all } from './instruments/drain.ts'

const guides = join('docs', 'guides')
const page = readFileSync(join(guides, 'troubleshooting.md'), 'utf8')

/** The sections about error codes, with the first message that each shows, as one line. */
const messages = new Map(
  [...page.matchAll(/^## `(ERR_FANPIPE_[A-Z]+)`\n\n```text\n([\s\S]*?)```/gm)].map(([, code, message]) => [
    code as string,
    (message as string).replaceAll(/\s+/g, ' ').trim(),
  ]),
)

const codesIn = (text: string): string[] => [...text.matchAll(/ERR_FANPIPE_[A-Z]+/g)].map(([code]) => code)

t.test(
  'troubleshooting has a section with a message for every code in lib, and no other sections about codes',
  async (t) => {
    const files = readdirSync('lib', { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.ts'),
    )
    const codes = new Set(files.flatMap((path) => codesIn(readFileSync(join('lib', path), 'utf8'))))
    t.ok(codes.size > 10)
    t.strictSame([...messages.keys()].sort(), [...codes].sort())
    t.strictSame([...new Set(codesIn(page))].sort(), [...codes].sort())
    const listed = [...page.matchAll(/^- \[`(ERR_FANPIPE_[A-Z]+)`\]\(#(\w+)\)/gm)]
    t.strictSame(
      listed.map(([, code]) => code).sort(),
      [...codes].sort(),
      'all codes are in the list at the top',
    )
    for (const [, code, anchor] of listed) t.equal(anchor, code?.toLowerCase())
  },
)

const dir = t.testdir({
  't.csv': 'id,note\n1,5" pipe\n',
  'a.log': '2026-01-01T00:00:02Z a\n\tat x\n',
  'b.log': '2026-01-01T00:00:02Z b\n2026-01-01T00:00:01Z c\n',
})
const file = (name: string): string => join(dir, name)
const key = lib.isoTime()

/** Provokes the error that each section is about. */
const failing: Readonly<Record<string, () => unknown>> = {
  ERR_FANPIPE_ARGUMENT: () => lib.chain(['a.log'] as unknown as string[][]),
  ERR_FANPIPE_CARDINALITY: () =>
    lib
      .zip([
        [1, 2, 3],
        [1, 2],
      ])
      .toArray(),
  async ERR_FANPIPE_CLOSE() {
    const broken = (function* () {
      try {
        yield 1
      } finally {
        throw new Error('disk gone')
      }
    })()
    const items = chainAsync([broken])[Symbol.asyncIterator]()
    await items.next()
    await items.return?.()
  },
  ERR_FANPIPE_FORMAT: () => all(lib.csvSource(file('t.csv'))),
  ERR_FANPIPE_KEY: () => lib.merge([lib.lineSource(file('a.log'))], { key }).toArray(),
  ERR_FANPIPE_LATE: () =>
    lib.mergeBoundedLateness([lib.lineSource(file('b.log'))], { time: key, lateness: 500 }).toArray(),
  ERR_FANPIPE_LIMIT: () => all(lib.lineSource(['abcdef\n'], { maxLineLength: 3 })),
  ERR_FANPIPE_NULL: () => lib.chain([[1, null]]).toArray(),
  ERR_FANPIPE_ORDER: () => lib.merge([lib.lineSource(file('b.log'))], { key }).toArray(),
  ERR_FANPIPE_OVERFLOW: () => multicastSync([1, 2, 3], 2, { maxlen: 2 }).map((branch) => Array.from(branch)),
  ERR_FANPIPE_SOURCE: () =>
    lib
      .chain([
        () => {
          throw 'no luck'
        },
      ])
      .toArray(),
  async ERR_FANPIPE_STALL() {
    const alive = setInterval(() => undefined, 1000)
    const [branch] = lib.multicast([1, 2, 3, 4, 5], 2, { maxlen: 4, stall: 5 })
    await branch.toArray().finally(() => clearInterval(alive))
  },
}

for (const [code, message] of messages) {
  t.test(`the message that troubleshooting shows for ${code} is the real one`, async (t) => {
    const fail = failing[code]
    const error = await (async () => fail?.())().then(
      () => undefined,
      (error: lib.FanpipeError) => error,
    )
    t.equal(error?.code, code)
    const real = String(error)
      .replaceAll(`${dir}/`, '')
      .replace(/for \d+ ms/, 'for 50 ms')
    t.equal(real, message)
  })
}

t.test('the list of guides names every guide', async (t) => {
  const list = readFileSync(join(guides, 'README.md'), 'utf8')
  const linked = [...list.matchAll(/\]\(([\w-]+\.md)\)/g)].map(([, name]) => name)
  t.strictSame(
    [...new Set(linked)].sort(),
    readdirSync(guides)
      .filter((name) => name !== 'README.md')
      .sort(),
  )
})

t.test('every heading that a guide links to exists', async (t) => {
  const slug = (heading: string): string =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-')
  const headingsOf = (path: string): string[] =>
    [...readFileSync(path, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading]) => slug(heading as string))
  let links = 0
  for (const name of readdirSync(guides)) {
    const text = readFileSync(join(guides, name), 'utf8')
    for (const [, target, anchor] of text.matchAll(/\]\(([^)#]*)#([^)]+)\)/g)) {
      links++
      const path = target === '' ? join(guides, name) : join(guides, target as string)
      t.ok(headingsOf(path).includes(anchor as string), `${name} links to ${target}#${anchor}`)
    }
  }
  t.ok(links > 10)
})
