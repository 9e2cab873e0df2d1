/** Measures a curve: every data point of every round runs in a fresh process. */
import type { CurveOutline } from './outline.ts'
import type { CurveResult } from './result.ts'
import { runPoint, type Script } from './run-child.ts'

export const curveRounds = (rounds: number): number => Math.min(3, rounds)

export async function runCurve(
  name: string,
  curve: CurveOutline,
  script: Script,
  rounds: number,
  onStep: () => void,
): Promise<CurveResult> {
  const flags = curve.y === 'mib' ? ['--expose-gc'] : []
  const series: Record<string, number[][]> = Object.fromEntries(
    curve.series.map((label) => [label, curve.x.values.map(() => [])]),
  )
  for (let round = 0; round < curveRounds(rounds); round++) {
    for (const [label, points] of Object.entries(series)) {
      for (const [i, x] of curve.x.values.entries()) {
        const { items, ns, mib } = await runPoint(script, label, x, flags)
        if (items === 0) throw new Error(`${label} at ${x}: no items were produced`)
        const y = curve.y === 'ns' ? ns / items : mib
        if (typeof y !== 'number') throw new Error(`${label} at ${x}: no memory was reported`)
        points[i]?.push(y)
        onStep()
      }
    }
  }
  return { ...curve, name, series }
}
