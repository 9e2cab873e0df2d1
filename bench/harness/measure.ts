/** Runs one benchmark. An error fails only this benchmark, not the whole run. */
import { curveRounds, runCurve } from './curve.ts'
import type { Outline } from './outline.ts'
import { progress } from './progress.ts'
import { raceRounds, runRace } from './race.ts'
import type { Result, Skipped } from './result.ts'
import { readOutline, type Script } from './run-child.ts'
import { fileOf } from './select.ts'
import { skipReason } from './skip-reason.ts'

/** @param position - of this benchmark in the run, such as `3/17`. */
export async function measure(
  name: string,
  node: string,
  rounds: number,
  position: string,
): Promise<Result | Skipped> {
  const script: Script = { file: fileOf(name), node }
  try {
    const benchmark = await readOutline(script)
    const reason = skipReason(benchmark)
    if (reason !== undefined) return { kind: 'skipped', reason }
    const bar = progress(`${position} ${name}`, stepsOf(benchmark, rounds))
    let outcome = 'failed'
    try {
      const onStep = (): void => bar.step()
      const result =
        benchmark.kind === 'race'
          ? await runRace(name, benchmark, script, rounds, onStep)
          : await runCurve(name, benchmark, script, rounds, onStep)
      outcome = 'done'
      return result
    } finally {
      bar.end(outcome)
    }
  } catch (error) {
    return { kind: 'failure', name, reason: (error as Error).message }
  }
}

const stepsOf = (benchmark: Outline, rounds: number): number =>
  benchmark.kind === 'race'
    ? benchmark.ways.length * raceRounds(benchmark, rounds)
    : benchmark.series.length * benchmark.x.values.length * curveRounds(rounds)
