import { fileSink, map, toLines } from 'fanpipe'
import { spawnSync } from 'node:child_process'
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { LINES, Logs, LineTally } from '../data.ts'
import { within, type Question, type Seen } from '../question.ts'
import { mergeOfLogs } from './logs-merge.ts'

const logs = new Logs(8)

/** Calls `write`, which writes a file and returns the CPU time in ns, and counts the lines of that file. */
async function written(
  write: (file: string) => number | Promise<number>,
): Promise<LineTally & { ns: number }> {
  const dir = mkdtempSync(join(tmpdir(), 'fanpipe-bench-'))
  try {
    const file = join(dir, 'merged.log')
    const ns = await write(file)
    const tally = new LineTally()
    for (const line of readFileSync(file, 'utf8').split('\n')) if (line !== '') tally.add(line)
    return Object.assign(tally, { ns })
  } finally {
    rmSync(dir, { recursive: true })
  }
}

/** The same for what this process writes, which must be in the order of a stable merge. */
async function ours(write: (file: string) => Promise<void>): Promise<Seen> {
  const tally = await written(async (file) => {
    const before = process.cpuUsage()
    await write(file)
    const { user, system } = process.cpuUsage(before)
    return (user + system) * 1000
  })
  return { ...logs.merged(tally), ns: tally.ns }
}

const SORT = 'sort -m'
const hasSort = spawnSync('sh', ['-c', 'command -v sort']).status === 0
const script = 'out=$1; shift; sort -m "$@" > "$out"; times'
const env = { ...process.env, LC_ALL: 'C' }

/** The second line that `times` prints is the user and the system time of what the shell has run, as `0m0.12s 0m0.03s`. */
function sorted(file: string): number {
  const { stdout } = spawnSync('sh', ['-c', script, 'sh', file, ...logs.paths], { env, encoding: 'utf8' })
  const times = [...(stdout.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)]
  if (times.length !== 2) throw new Error(`no times in ${stdout}`)
  return times.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0) * 1e9
}

const sort = {
  [SORT]: async (): Promise<Seen> => {
    const { items, checksum, ns } = await written(sorted)
    return { items, checksum, ns }
  },
}

export const question: Question = {
  kind: 'race',
  title: '8 logs merged by time into a file, CPU time',
  unit: 'line',
  units: LINES,
  ways: {
    fanpipe: () => ours((file) => pipeline(mergeOfLogs(logs.paths), toLines(), fileSink(file))),
    'fanpipe, lines by hand': () =>
      ours((file) =>
        pipeline(
          mergeOfLogs(logs.paths),
          map((line: string) => `${line}\n`),
          createWriteStream(file),
        ),
      ),
    ...(hasSort ? sort : {}),
  },
  targets: hasSort ? [within(2.5, SORT)] : [],
  notes: [
    'What is compared is CPU time, of all threads of the process: the disk is the same for all.',
    'sort runs with LC_ALL=C and compares whole lines as bytes; its time is what the shell reports, to a hundredth of a second.',
    'By hand: map adds the line end, and fs.createWriteStream writes the file.',
  ],
}
