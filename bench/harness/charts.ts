/** Writes a chart for each benchmark, and the overview. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { barChart } from './bar-chart.ts'
import { lineChart } from './line-chart.ts'
import { overviewChart } from './overview-chart.ts'
import type { Run } from './result.ts'
import { columnsOf, namesOf } from './runs.ts'
import { toSvg } from './svg.ts'

export async function writeCharts(runs: readonly Run[], folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const name of namesOf(runs)) {
    const { races, curves } = columnsOf(runs, name)
    const spec = races.length > 0 ? barChart(races) : curves.length > 0 ? lineChart(curves) : undefined
    if (spec !== undefined) writeFileSync(join(folder, `${name}.svg`), await toSvg(spec))
  }
  const [first] = runs
  if (first !== undefined) writeFileSync(join(folder, 'overview.svg'), await toSvg(overviewChart(first)))
}
