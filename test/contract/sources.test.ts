/** What every file source must satisfy: no file is open before the first demand, nor after the end, an error or a break. */
import { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { chain, csvSource, fence, lineSource, map, ndjsonSource } from '../../lib/index.ts'
import { all, drained } from '../instruments/drain.ts'
import { folder, openFiles } from '../instruments/files.ts'

const { fileOf } = folder(t)
const rows = Array.from({ length: 20_000 }, (_, i) => `${i},x`)
const text = ['n,x', ...rows].join('\n') + '\n'
const path = fileOf('rows.csv', text)
const gzip = fileOf('rows.csv.gz', gzipSync(text))

const sources: Readonly<Record<string, () => AsyncIterable<unknown>>> = {
  'lineSource of a file': () => lineSource(path),
  'lineSource of a gzip file': () => lineSource(gzip),
  'lineSource of a gzip file in another encoding': () => lineSource(gzip, { encoding: 'latin1' }),
  'csvSource of a file': () => csvSource(path),
  'csvSource of a gzip file': () => csvSource(gzip),
  'ndjsonSource of a gzip file': () => ndjsonSource(gzip, { parse: String }),
  'a chain of lineSources': () => chain([lineSource(path), lineSource(path)]),
  'a lineSource through a stage': () => map((line: string) => line)(Readable.from(lineSource(path))),
}

const skip = process.platform !== 'linux' && 'only Linux reports which files are open'

for (const [name, open] of Object.entries(sources)) {
  t.test(
    `C1, L1: ${name} has no file open before the first demand, nor after a break`,
    { skip },
    async (t) => {
      const source = open()
      t.equal(openNow(), 0, 'before')
      for await (const item of source) {
        t.ok(item)
        t.ok(openNow() > 0, 'meanwhile')
        break
      }
      t.equal(await closedFiles(), 0, 'after')
    },
  )

  t.test(`C1: ${name} has no file open after an error downstream`, { skip }, async (t) => {
    const boom = new Error('boom')
    const failing = map((): never => {
      throw boom
    })
    const { error } = await drained(failing(open()))
    t.equal(error, boom)
    t.equal(await closedFiles(), 0)
  })

  t.test(`C1: ${name} has no file open after a fence has ended it`, { skip }, async (t) => {
    t.equal((await all(fence(3)(open()))).length, 3)
    t.equal(await closedFiles(), 0)
  })

  t.test(`C1: ${name} has no file open after the end`, { skip }, async (t) => {
    t.ok((await all(open())).length >= rows.length)
    t.equal(await closedFiles(), 0)
  })
}

/** Waits for pending closes, then returns how many descriptors are open on the file. */
async function closedFiles(): Promise<number> {
  for (let waited = 0; waited < 200 && openNow() > 0; waited++) await setTimeout(5)
  return openNow()
}

/** How many descriptors are open on the files, in total. */
function openNow(): number {
  return openFiles(path) + openFiles(gzip)
}
