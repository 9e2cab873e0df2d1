/** Input files. They are generated once per size, kept in `.data`, and are the same on every machine. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scaled, type Outcome } from './benchmark.ts'
import { ITEMS, range, seededRandom } from './instruments.ts'

const data = join(import.meta.dirname, '../../.data')

/** The path of a data folder, which `fill` creates on first use. */
function cachedFolder(name: string, fill: (folder: string) => void): string {
  const path = join(data, name)
  if (existsSync(path)) return path
  const unfinished = `${path}.${process.pid}`
  mkdirSync(unfinished, { recursive: true })
  fill(unfinished)
  renameSync(unfinished, path)
  return path
}

/** Appends lines to a file, a thousand at a time. */
class LineWriter {
  readonly #path: string
  #pending: string[] = []

  constructor(path: string) {
    this.#path = path
  }

  add(line: string): void {
    if (this.#pending.push(`${line}\n`) === 1000) this.flush()
  }

  flush(): void {
    appendFileSync(this.#path, this.#pending.join(''))
    this.#pending = []
  }
}

export const LINES = ITEMS

/** Logs of several web servers over the same period, each sorted by time; some timestamps occur in several files. */
export class Logs {
  readonly paths: readonly string[]
  readonly #order: number

  constructor(files: number) {
    const path = cachedFolder(`logs-${files}-${LINES}`, (unfinished) => writeLogs(unfinished, files))
    this.paths = range(files).map((i) => join(path, `web-${i}.log`))
    this.#order = Number(readFileSync(join(path, 'order'), 'utf8'))
  }

  /** Throws unless the lines came in the order of a stable merge by time. */
  verifyOrder({ items, checksum, order }: LineTally): Outcome {
    if (order !== this.#order) throw new Error('the lines are not sorted by time')
    return { items, checksum }
  }
}

/** Counts lines. `checksum` ignores their order, so that a merge can be compared with reading file after file. */
export class LineTally implements Outcome {
  items = 0
  checksum = 0
  /** A checksum that depends on the order. */
  order = 0

  add(line: string): void {
    const code =
      line.length + 31 * line.charCodeAt(22) + 1031 * line.charCodeAt(29) + 32771 * line.charCodeAt(41)
    this.items++
    this.checksum = (this.checksum + code) | 0
    this.order = (Math.imul(this.order, 31) + code) | 0
  }
}

const AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0',
  'Mozilla/5.0 (Macintosh) Safari/605.1.15',
  'Mozilla/5.0 (Windows NT 10.0) Edg/138.0',
  'curl/8.14.1',
]
const STATUSES = [200, 200, 200, 200, 301, 304, 404]

function writeLogs(folder: string, files: number): void {
  const random = seededRandom(1)
  const tally = new LineTally()
  const logs = range(files).map((i) => new LineWriter(join(folder, `web-${i}.log`)))
  let time = Date.UTC(2026, 0, 1)
  let last = 0
  for (let i = 0; i < LINES; i++) {
    const file = random(files)
    time += file < last ? 1 + random(15) : random(2) * random(15)
    last = file
    const status = random(100) < 3 ? 500 + random(4) : STATUSES[random(STATUSES.length)]
    const agent = AGENTS[random(AGENTS.length)]
    const at = new Date(time).toISOString()
    const line = `${at} web-${file} GET /page/${random(1000)} ${status} ${random(300)}ms "${agent}"`
    logs[file]?.add(line)
    tally.add(line)
  }
  for (const log of logs) log.flush()
  writeFileSync(join(folder, 'order'), String(tally.order))
}

export const ROWS = scaled(1e5)

/** CSV files with the same columns. Their quoted cells contain separators, quotes and line breaks. */
export function csvFiles(files: number): readonly string[] {
  const path = cachedFolder(`csv-${files}-${ROWS}`, (unfinished) => writeCsv(unfinished, files))
  return range(files).map((i) => join(path, `${i}.csv`))
}

const REMARKS = [
  'none',
  '',
  '"late, as ever"',
  '"said ""no"" twice"',
  '"two\nlines"',
  'a plain remark of some length',
]

function writeCsv(folder: string, files: number): void {
  const random = seededRandom(2)
  for (let file = 0; file < files; file++) {
    const rows = new LineWriter(join(folder, `${file}.csv`))
    rows.add('id,time,city,price,quantity,remark')
    for (let i = file; i < ROWS; i += files) {
      const time = new Date(Date.UTC(2026, 0, 1) + i * 1000).toISOString()
      const price = (random(100_000) / 100).toFixed(2)
      const remark = REMARKS[random(REMARKS.length)]
      rows.add(`${i},${time},"City ${random(50)}, North",${price},${random(10)},${remark}`)
    }
    rows.flush()
  }
}
