/**
 * Runs one part of a benchmark in its own process: `node child.js FILE` prints the benchmark's outline, `… FILE WAY` runs one
 * way of a race, and `… FILE SERIES X` measures one data point of a curve. The result is printed as JSON, on the last line.
 */
import { pathToFileURL } from 'node:url'
import { median } from 'simple-statistics'
import { SCALE, type Benchmark, type Outcome, type Way } from '../benchmark.ts'
import { peak } from '../peak.ts'
import { outline } from './outline.ts'

export interface Measurement extends Outcome {
  readonly ns: number
  /** Peak RSS in MiB; missing if the way measures its own time, since another program may then do the work. */
  readonly peak?: number
}

/** The minimum warm-up in ms, so that the timed runs execute optimised code. */
const WARM_UP = { race: 500 * SCALE, curve: 1000 * SCALE }
/** A process reports the median of this many runs, because V8 may still deoptimise and recompile during one of them. */
const RUNS = 3
/** One run that takes longer than this many ns is enough. */
const LONG_RUN = 2e9

const [file = '', name, x] = process.argv.slice(2)
const { benchmark } = (await import(pathToFileURL(file).href)) as { benchmark: Benchmark }
console.log(JSON.stringify(name === undefined ? outline(benchmark) : await measure(name)))

async function measure(name: string): Promise<Measurement> {
  const [way, warmUpMs] = wayOf(name)
  const first = await warmUp(way, warmUpMs)
  const times: number[] = []
  for (;;) {
    const began = performance.now()
    const outcome = await way()
    times.push(outcome.ns ?? (performance.now() - began) * 1e6)
    if (first !== undefined && (first.items !== outcome.items || first.checksum !== outcome.checksum))
      throw new Error('two runs in the same process produced different output')
    const isEnough = first === undefined || times.length === RUNS || Math.max(...times) > LONG_RUN
    if (isEnough)
      return { ...(outcome.ns === undefined ? { peak: peak() } : {}), ...outcome, ns: median(times) }
  }
}

/** A way, or a series at the given x, and its warm-up in ms; undefined means no warm-up and a single run. */
function wayOf(name: string): [Way, number | undefined] {
  if (benchmark.kind === 'race')
    return [defined(benchmark.ways[name]), benchmark.warmUp === false ? undefined : WARM_UP.race]
  const series = defined(benchmark.series[name])
  return [() => series(Number(x)), benchmark.y === 'ns' ? WARM_UP.curve : undefined]
}

async function warmUp(way: Way, ms: number | undefined): Promise<Outcome | undefined> {
  if (ms === undefined) return undefined
  const end = performance.now() + ms
  let outcome: Outcome
  do outcome = await way()
  while (performance.now() < end)
  return outcome
}

function defined<T>(value: T | undefined): T {
  if (value === undefined) throw new Error(`this benchmark has no way or series named "${name}"`)
  return value
}
