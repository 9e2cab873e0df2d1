/**
 * The entry point of `npm run bench:against`, which shows what a change costs: it runs the `fanpipe` way of every race with the
 * current code and with that of an earlier commit, in turn.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { min } from 'simple-statistics'
import { versionOf } from './harness/machine.ts'
import { figure, spread } from './harness/numbers.ts'
import { readOutline, runWay } from './harness/run-child.ts'
import { fileOf, select } from './harness/select.ts'
import { skipReason } from './harness/skip-reason.ts'

const USAGE = `npm run bench:against -- REV [NAME…] [--rounds N] [--node PATH] [--scale S]

Builds the library at the git revision REV in a temporary worktree, and runs the benchmarks whose names contain any of the
given words, or all of them, with both versions in turn (A B A B). Prints the cost now relative to the cost at REV: first the
ratio of the fastest runs, which are the least affected by other load, then the median (min … max) of the ratios per round.`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    node: { type: 'string', default: process.execPath },
    scale: { type: 'string', default: '1' },
    help: { type: 'boolean', short: 'h' },
  },
})
const [revision, ...words] = positionals
if (values.help === true || revision === undefined) {
  console.log(USAGE)
  process.exitCode = values.help === true ? 0 : 2
} else await compare(revision)

async function compare(revision: string): Promise<void> {
  process.env['FANPIPE_BENCH_SCALE'] = values.scale
  const names = select(words)
  const checkout = join(mkdtempSync(join(tmpdir(), 'fanpipe-bench-')), 'baseline')
  try {
    const baselineFolder = buildBaseline(revision, checkout)
    console.log(
      `Node ${versionOf(values.node)}, ${values.rounds} rounds, now / ${revision}: ratio of the fastest runs; median (min … max) of the rounds`,
    )
    for (const name of names)
      console.log(`${name}: ${await compareOne(fileOf(name), join(baselineFolder, `${name}.js`))}`)
  } finally {
    execFileSync('git', ['worktree', 'remove', '--force', checkout])
    rmSync(join(checkout, '..'), { recursive: true })
  }
}

/** Builds the library at `revision` with today's benchmarks, and returns the folder of the compiled benchmarks. */
function buildBaseline(revision: string, checkout: string): string {
  execFileSync('git', ['worktree', 'add', '--quiet', '--detach', checkout, revision])
  const npm = (...args: string[]): void => void execFileSync('npm', args, { cwd: checkout, stdio: 'pipe' })
  npm('ci', '--silent')
  npm('run', 'build')
  npm('ci', '--silent', '--prefix', 'bench')
  cpSync(join(import.meta.dirname, '..'), join(checkout, 'bench/.build'), { recursive: true })
  return join(checkout, 'bench/.build/bench/benchmarks')
}

async function compareOne(current: string, baseline: string): Promise<string> {
  const { node } = values
  try {
    const benchmark = await readOutline({ file: current, node })
    if (benchmark.kind !== 'race') return 'not a race, skipped'
    const reason = skipReason(benchmark)
    if (reason !== undefined) return `skipped: ${reason}`
    const rounds: { current: number; baseline: number }[] = []
    while (rounds.length < Number(values.rounds)) {
      const [a, b] = [
        await runWay({ file: current, node }, 'fanpipe'),
        await runWay({ file: baseline, node }, 'fanpipe'),
      ]
      if (a.checksum !== b.checksum) return 'the two versions produce different output'
      rounds.push({ current: a.ns, baseline: b.ns })
    }
    const fastest = min(rounds.map((round) => round.current)) / min(rounds.map((round) => round.baseline))
    return `${figure(fastest)}; ${spread(rounds.map((round) => round.current / round.baseline))}`
  } catch (error) {
    return `failed: ${(error as Error).message}`
  }
}
