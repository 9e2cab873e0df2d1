/** The acid tests of csv-spectrum: every table reads as its JSON has it, wherever it is cut. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { csvSource } from '../../lib/index.ts'
import { cut } from '../instruments/chunks.ts'
import { all } from '../instruments/drain.ts'

const root = fileURLToPath(import.meta.resolve('csv-spectrum/package.json'))
// The JSON of location_coordinates has another row than its table.
const tables = readdirSync(join(root, '../csvs'))
  .map((name) => basename(name, '.csv'))
  .filter((name) => name !== 'location_coordinates')

t.ok(tables.length >= 11)
for (const name of tables) {
  t.test(name, async (t) => {
    const path = join(root, '../csvs', `${name}.csv`)
    const rows = JSON.parse(readFileSync(join(root, '../json', `${name}.json`), 'utf8')) as unknown
    t.strictSame(await all(csvSource(path)), rows)
    const bytes = readFileSync(path)
    for (let at = 1; at < bytes.length; at++)
      t.strictSame(await all(csvSource(cut(bytes, [at]))), rows, `cut at ${at}`)
  })
}
