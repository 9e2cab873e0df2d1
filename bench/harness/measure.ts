/** Asks one question. Whatever goes wrong in it is a failure of this question alone. */
import { askOutline, type Asked } from './ask.ts'
import { curveRounds, runCurve } from './curve.ts'
import { lackOf } from './needs.ts'
import type { Outline } from './outline.ts'
import { progress } from './progress.ts'
import { raceRounds, runRace } from './race.ts'
import type { Result, Skipped } from './result.ts'
import { fileOf } from './select.ts'

/** @param place - which of all questions this is, such as 3/17. */
export async function measure(
  name: string,
  node: string,
  rounds: number,
  place: string,
): Promise<Result | Skipped> {
  const asked: Asked = { file: fileOf(name), node }
  try {
    const question = await askOutline(asked)
    const reason = lackOf(question)
    if (reason !== undefined) return { kind: 'skipped', reason }
    const shown = progress(`${place} ${name}`, stepsOf(question, rounds))
    let outcome = 'failed'
    try {
      const step = (): void => shown.step()
      const result =
        question.kind === 'race'
          ? await runRace(name, question, asked, rounds, step)
          : await runCurve(name, question, asked, rounds, step)
      outcome = 'done'
      return result
    } finally {
      shown.end(outcome)
    }
  } catch (error) {
    return { kind: 'failure', name, reason: (error as Error).message }
  }
}

const stepsOf = (question: Outline, rounds: number): number =>
  question.kind === 'race'
    ? question.ways.length * raceRounds(question, rounds)
    : question.series.length * question.x.values.length * curveRounds(rounds)
