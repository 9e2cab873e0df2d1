import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import {
  chain,
  compose,
  csvSource,
  duplex,
  fileSink,
  filter,
  map,
  multicastSink,
  partitionSink,
  toCsv,
  toNdjson,
  type CsvRow,
} from 'fanpipe'

const airports = csvSource(fileURLToPath(import.meta.resolve('vega-datasets/data/airports.csv')))
const MAXLEN = 256

/** Splits a table into one file per state, chains these files, and multicasts the rows to a file and to a slow reader. */
export async function splitAirports(out: string, signal: AbortSignal): Promise<string> {
  const rows: CsvRow[] = []
  for await (const row of airports) rows.push(row)
  const states = [...new Set(rows.map(stateOf))].sort()
  const dir = join(out, 'states')
  mkdirSync(dir, { recursive: true })
  const pathOf = (state: string): string => join(dir, `${state}.csv`)
  const table = (state: string): Writable => duplex(toCsv(), fileSink(pathOf(state)))
  await pipeline(airports, partitionSink(stateOf, table, { maxOpen: states.length }), { signal })

  const path = join(out, 'airports.ndjson')
  const { northernmost, read, peak } = await chainBack(states.map(pathOf), path, signal)

  const expected = states.flatMap((state) => rows.filter((row) => stateOf(row) === state)).filter(isAmerican)
  const written = readFileSync(path, 'utf8').trim().split('\n')
  assert.deepEqual(
    written,
    expected.map((row) => JSON.stringify(cast(project(row)))),
  )
  assert.equal(read, written.length)
  assert.ok(peak <= MAXLEN)
  return (
    `${rows.length} airports: split into ${states.length} files, one per state, which are chained back\n` +
    `${path}: ${written.length} rows of the USA, projected and cast, as doing it in memory gives them;\n` +
    `multicast to a slow reader too (the northernmost of ${northernmost.size} states), which lagged by ${peak} rows at most, of ${MAXLEN} allowed`
  )
}

async function chainBack(files: readonly string[], path: string, signal: AbortSignal) {
  const sink = multicastSink<Airport, 2>(2, { maxlen: MAXLEN })
  const [quick, slow] = sink.branches
  const northernmost = new Map<string, Airport>()
  let read = 0
  const note = (row: Airport): void => {
    read++
    if (row.latitude > (northernmost.get(row.state)?.latitude ?? -90)) northernmost.set(row.state, row)
  }
  await together([
    pipeline(
      chain(files.map((file) => csvSource(file))),
      compose(filter(isAmerican), map(project), map(cast)),
      sink,
      { signal },
    ),
    pipeline(quick, toNdjson(), fileSink(path)),
    pipeline(slow, slowly(note)),
  ])
  return { northernmost, read, peak: Math.max(...sink.stats().map((branch) => branch.peak)) }
}

/** Waits for all even if one fails, because an aborted sink also fails the branches that are read from it. */
async function together(running: Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(running)) {
    if (result.status === 'rejected') throw result.reason
  }
}

interface Airport {
  readonly iata: string
  readonly state: string
  readonly latitude: number
  readonly longitude: number
}

const stateOf = (row: CsvRow): string => row['state'] as string
const isAmerican = (row: CsvRow): boolean => row['country'] === 'USA'
const project = ({ iata, state, latitude, longitude }: CsvRow) => ({ iata, state, latitude, longitude })
const cast = (row: ReturnType<typeof project>): Airport => ({
  iata: String(row.iata),
  state: String(row.state),
  latitude: Number(row.latitude),
  longitude: Number(row.longitude),
})

/** A reader that takes a millisecond for every eighth row. */
function slowly(read: (row: Airport) => void): Writable {
  let rows = 0
  return new Writable({
    objectMode: true,
    async write(row: Airport, _, done) {
      read(row)
      if (++rows % 8 === 0) await setTimeout(1)
      done()
    },
  })
}
