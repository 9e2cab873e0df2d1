import { fileSink, map, toLines } from 'fanpipe'
import { spawnSync } from 'node:child_process'
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { within, type Benchmark, type Outcome } from '../benchmark.ts'
import { LINES, LineTally, Logs } from '../data.ts'
import { mergeOfLogs } from './logs-merge.ts'

const logs = new Logs(8)

/** Tallies the lines of a file that `write` has written; `write` returns its CPU time in ns. */
async function tallyFile(
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

/** Measures the CPU time of `write` in this process, and checks that the lines are in the order of a stable merge. */
async function measureCpu(write: (file: string) => Promise<void>): Promise<Outcome> {
  const tally = await tallyFile(async (file) => {
    const before = process.cpuUsage()
    await write(file)
    const { user, system } = process.cpuUsage(before)
    return (user + system) * 1000
  })
  return { ...logs.verifyOrder(tally), ns: tally.ns }
}

const SORT = 'sort -m'
const hasSort = spawnSync('sh', ['-c', 'command -v sort']).status === 0
const script = 'out=$1; shift; sort -m "$@" > "$out"; times'
const env = { ...process.env, LC_ALL: 'C' }

/** The second line of the output of `times` has the user and system time of child processes, as `0m0.12s 0m0.03s`. */
function sortInShell(file: string): number {
  const { stdout } = spawnSync('sh', ['-c', script, 'sh', file, ...logs.paths], { env, encoding: 'utf8' })
  const times = [...(stdout.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)]
  if (times.length !== 2) throw new Error(`cannot parse the output of times: ${stdout}`)
  return times.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0) * 1e9
}

const sort = {
  [SORT]: async (): Promise<Outcome> => {
    const { items, checksum, ns } = await tallyFile(sortInShell)
    return { items, checksum, ns }
  },
}

export const benchmark: Benchmark = {
  kind: 'race',
  title: '8 logs merged by time into a file, CPU time',
  unit: 'line',
  units: LINES,
  ways: {
    fanpipe: () => measureCpu((file) => pipeline(mergeOfLogs(logs.paths), toLines(), fileSink(file))),
    'fanpipe, lines by hand': () =>
      measureCpu((file) =>
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
    'Compares CPU time over all threads of the process, since disk time is the same for all ways.',
    'sort runs with LC_ALL=C and compares whole lines as bytes. Its CPU time is taken from the shell, with a resolution of 10 ms.',
    'In "lines by hand", map appends the newline and fs.createWriteStream writes the file.',
  ],
}
