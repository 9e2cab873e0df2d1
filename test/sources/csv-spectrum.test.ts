/** The acid tests of csv-spectrum: every table is read as in its JSON, wherever it is cut. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { csvSource } from '../../lib/index.ts'
import { cut } from '../instruments/chunks.ts'
import { all, drained } from '../instruments/drain.ts'

const root = fileURLToPath(import.meta.resolve('csv-spectrum/package.json'))
// location_coordinates has quotes that are text, and its JSON differs from its table in a row.
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

t.test('location_coordinates: quotes within text are an error, unless quote is false', async (t) => {
  const path = join(root, '../csvs/location_coordinates.csv')
  t.match((await drained(csvSource(path))).error, {
    code: 'ERR_FANPIPE_FORMAT',
    message: /row 2: /,
    index: 0,
    line: 2,
  })
  const [row, ...others] = await all(csvSource(path, { quote: false }))
  t.strictSame(others, [])
  t.match(row?.['Location Coordinates'], /^37\uFFFD36'37.8"N 121\uFFFD2'17.9"W$/)
  t.strictSame(
    { ...row, 'Location Coordinates': '' },
    {
      'Contact Phone Number': '2095257564',
      'Location Coordinates': '',
      Cities: 'Modesto',
      Counties: 'Stanislaus',
    },
  )
})
