/** Every picture in `docs/pictures`, by the name of its file. */
import { lagChart } from './lag-chart.ts'
import { lagRun, policies } from './lag-runs.ts'
import { marbleDiagram } from './marbles.ts'
import { overview } from './overview.ts'
import { record, runs } from './runs.ts'

export const FOLDER = 'docs/pictures'

export async function pictures(): Promise<Map<string, string>> {
  const drawn = new Map<string, string>()
  for (const [name, run] of Object.entries(runs))
    drawn.set(`${name}.svg`, marbleDiagram(run, await record(run.start)))
  drawn.set('overview.svg', await overview())
  const lagRuns = []
  for (const policy of policies) lagRuns.push(await lagRun(policy))
  drawn.set('lag-by-policy.svg', lagChart(lagRuns))
  return drawn
}
