/** The entry point of `npm run bench`; see `npm run bench -- --help`. */
import { readRun, save } from './harness/files.ts'
import { formatResult } from './harness/format.ts'
import { fanpipeVersion, machine, versionOf } from './harness/machine.ts'
import { measure } from './harness/measure.ts'
import { parse, USAGE, UsageError, type Options } from './harness/options.ts'
import type { Run } from './harness/result.ts'
import { allColumns, byNode } from './harness/runs.ts'
import { select } from './harness/select.ts'
import { describe, verdicts } from './harness/verdict.ts'

try {
  await main(parse(process.argv.slice(2)))
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(`bench: ${error.message}`)
  process.exitCode = 2
}

async function main(options: Options): Promise<void> {
  if (options.help) return console.log(USAGE)
  const runs = options.from.length > 0 ? options.from.map(readRun) : [await measureAll(options)]
  if (options.results) {
    const { writeResults } = await import('./harness/report.ts')
    await writeResults(runs)
  }
  const columns = allColumns(byNode(runs))
  const failed = columns.filter(({ result }) => result.kind === 'failure').map(({ result }) => result.name)
  const missed = columns.flatMap((column) =>
    verdicts(column)
      .filter(({ met }) => !met)
      .map((verdict) => `${column.result.name}, Node ${column.run.node}, ${describe(verdict)}`),
  )
  if (failed.length > 0) console.log(`\nfailed: ${failed.join(', ')}`)
  if (missed.length > 0) console.log(['', ...missed].join('\n'))
  if (failed.length > 0 || (options.gate && missed.length > 0)) process.exitCode = 1
}

async function measureAll({ words, node, rounds, scale, json }: Options): Promise<Run> {
  const names = select(words)
  process.env['FANPIPE_BENCH_SCALE'] = String(scale)
  const run: Run = {
    date: new Date().toISOString(),
    machine: machine(),
    node: nodeVersion(node),
    fanpipe: fanpipeVersion(),
    rounds,
    scale,
    results: [],
  }
  console.log(`fanpipe ${run.fanpipe}, Node ${run.node}, ${rounds} rounds: median (min … max)`)
  if (scale !== 1)
    console.log(`Trial run at scale ${scale}: it checks that all ways agree, and is not a measurement.`)
  save(run, json)
  for (const [i, name] of names.entries()) {
    const result = await measure(name, node, rounds, `${i + 1}/${names.length}`)
    if (result.kind === 'skipped') {
      console.log(`\n${name}: skipped: ${result.reason}`)
      continue
    }
    run.results.push(result)
    console.log(formatResult({ run, result }))
    save(run, json)
  }
  return run
}

function nodeVersion(node: string): string {
  try {
    const version = versionOf(node)
    if (/^v\d+\./.test(version)) return version
  } catch {
    // reported below
  }
  throw new UsageError(`--node must be the path of a Node binary, not "${node}"`)
}
