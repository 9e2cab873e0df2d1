/** What a change costs: every race's way `fanpipe`, with the library as it stands and as it was at another commit, in turn. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { min } from 'simple-statistics'
import { askOutline, askWay } from './harness/ask.ts'
import { lackOf } from './harness/needs.ts'
import { figure, spread } from './harness/numbers.ts'
import { versionOf } from './harness/machine.ts'
import { fileOf, select } from './harness/select.ts'

const USAGE = `npm run bench:against -- REV [NAME…] [--rounds N] [--node PATH] [--scale S]

Builds the library as it was at the git revision REV in a temporary folder, runs the questions whose names contain one of
the words given (all by default) with both, A B A B, and prints the cost now as a share of the cost then: of the fastest
run of each, which a busy machine disturbs least, and round by round.`

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
  const checkout = join(mkdtempSync(join(tmpdir(), 'fanpipe-bench-')), 'then')
  try {
    const questions = build(revision, checkout)
    console.log(
      `Node ${versionOf(values.node)}, ${values.rounds} rounds, now / ${revision}: fastest of each; median (least … most) of the rounds`,
    )
    for (const name of names) console.log(`${name}: ${await ratio(fileOf(name), questions)}`)
  } finally {
    execFileSync('git', ['worktree', 'remove', '--force', checkout])
    rmSync(join(checkout, '..'), { recursive: true })
  }
}

/** The questions of today over the library of then; answers where they are. */
function build(revision: string, checkout: string): string {
  execFileSync('git', ['worktree', 'add', '--quiet', '--detach', checkout, revision])
  const npm = (...args: string[]): void => void execFileSync('npm', args, { cwd: checkout, stdio: 'pipe' })
  npm('ci', '--silent')
  npm('run', 'build')
  npm('ci', '--silent', '--prefix', 'bench')
  cpSync(join(import.meta.dirname, '..'), join(checkout, 'bench/.build'), { recursive: true })
  return join(checkout, 'bench/.build/bench/questions')
}

async function ratio(now: string, questions: string): Promise<string> {
  const then = join(questions, basename(now))
  const { node } = values
  try {
    const question = await askOutline({ file: now, node })
    if (question.kind !== 'race') return 'not a race'
    const lack = lackOf(question)
    if (lack !== undefined) return `skipped: ${lack}`
    const rounds: { now: number; then: number }[] = []
    while (rounds.length < Number(values.rounds)) {
      const [a, b] = [
        await askWay({ file: now, node }, 'fanpipe'),
        await askWay({ file: then, node }, 'fanpipe'),
      ]
      if (a.checksum !== b.checksum) return 'the two give different items'
      rounds.push({ now: a.ns, then: b.ns })
    }
    const fastest = min(rounds.map((round) => round.now)) / min(rounds.map((round) => round.then))
    return `${figure(fastest)}; ${spread(rounds.map((round) => round.now / round.then))}`
  } catch (error) {
    return `failed: ${(error as Error).message}`
  }
}
