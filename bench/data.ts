/** Files to ask with, made once for a size and kept in `.data`; the same on every machine. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dice, ITEMS, naturals } from './instruments.ts'
import { scaled, type Seen } from './question.ts'

const data = join(import.meta.dirname, '../../.data')

/** The folder by that name, filled first where it is not there. */
function folder(name: string, fill: (folder: string) => void): string {
  const path = join(data, name)
  if (existsSync(path)) return path
  const unfinished = `${path}.${process.pid}`
  mkdirSync(unfinished, { recursive: true })
  fill(unfinished)
  renameSync(unfinished, path)
  return path
}

/** Lines for a file, written many at a time. */
class Lines {
  readonly #path: string
  #waiting: string[] = []

  constructor(path: string) {
    this.#path = path
  }

  add(line: string): void {
    if (this.#waiting.push(`${line}\n`) === 1000) this.flush()
  }

  flush(): void {
    appendFileSync(this.#path, this.#waiting.join(''))
    this.#waiting = []
  }
}

export const LINES = ITEMS

/** Logs as of a web server each: sorted, of one stretch of time, with milliseconds that several share. */
export class Logs {
  readonly paths: readonly string[]
  readonly #order: number

  constructor(files: number) {
    const path = folder(`logs-${files}-${LINES}`, (unfinished) => writeLogs(unfinished, files))
    this.paths = naturals(files).map((i) => join(path, `web-${i}.log`))
    this.#order = Number(readFileSync(join(path, 'order'), 'utf8'))
  }

  /** That the lines came in the order of a stable merge by time. */
  merged({ items, checksum, order }: LineTally): Seen {
    if (order !== this.#order) throw new Error('the lines are not in the order of their time')
    return { items, checksum }
  }
}

/** Counts lines; its checksum is the same in any order, so that it can be compared with one file after the other. */
export class LineTally implements Seen {
  items = 0
  checksum = 0
  /** A checksum of the order too. */
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
  const random = dice(1)
  const tally = new LineTally()
  const logs = naturals(files).map((i) => new Lines(join(folder, `web-${i}.log`)))
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

/** Tables with the same columns, and cells that are quoted for every reason there is. */
export function csvFiles(files: number): readonly string[] {
  const path = folder(`csv-${files}-${ROWS}`, (unfinished) => writeCsv(unfinished, files))
  return naturals(files).map((i) => join(path, `${i}.csv`))
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
  const random = dice(2)
  for (let file = 0; file < files; file++) {
    const rows = new Lines(join(folder, `${file}.csv`))
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
