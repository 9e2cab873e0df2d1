/** The points of a curve, each in fresh processes. */
import { askPoint, type Asked } from './ask.ts'
import type { CurveOutline } from './outline.ts'
import type { CurveResult } from './result.ts'

export const curveRounds = (most: number): number => Math.min(3, most)

export async function runCurve(
  name: string,
  curve: CurveOutline,
  asked: Asked,
  most: number,
  step: () => void,
): Promise<CurveResult> {
  const flags = curve.y === 'mib' ? ['--expose-gc'] : []
  const series: Record<string, number[][]> = Object.fromEntries(
    curve.series.map((one) => [one, curve.x.values.map(() => [])]),
  )
  for (let round = 0; round < curveRounds(most); round++) {
    for (const [one, points] of Object.entries(series)) {
      for (const [i, x] of curve.x.values.entries()) {
        const { items, ns, mib } = await askPoint(asked, one, x, flags)
        if (items === 0) throw new Error(`${one} at ${x}: nothing came out`)
        const y = curve.y === 'ns' ? ns / items : mib
        if (typeof y !== 'number') throw new Error(`${one} at ${x}: the memory was not told`)
        points[i]?.push(y)
        step()
      }
    }
  }
  return { ...curve, name, series }
}
