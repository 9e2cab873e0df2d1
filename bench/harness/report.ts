/** Writes RESULTS.md, of one run or of several side by side. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { markdownTable } from 'markdown-table'
import { writeCharts } from './charts.ts'
import { losses } from './losses.ts'
import type { Failure, Run } from './result.ts'
import { byNode, columnsOf, namesOf } from './runs.ts'
import { curveTable, raceTable, verdictTable, workOf } from './tables.ts'

const bench = join(import.meta.dirname, '../../..')

export async function writeResults(given: readonly Run[]): Promise<void> {
  const runs = byNode(given)
  await writeCharts(runs, join(bench, 'charts'))
  writeFileSync(join(bench, 'RESULTS.md'), `${sections(runs, provenance(given)).join('\n\n')}\n`)
}

function sections(runs: readonly Run[], measured: string): string[] {
  return [
    '# What fan-in and fan-out cost',
    'Written by `npm run bench -- --results`, but for the notes: those are in `notes.md`.',
    ...trial(runs),
    '![How many times as fast as the best peer](charts/overview.svg)',
    '## What we lose',
    losses(runs),
    '## Where, and with what',
    measured,
    '## How it is measured',
    METHOD,
    ...namesOf(runs).flatMap((name) => section(runs, name)),
    '## Where the time goes, and what was tried',
    readFileSync(join(bench, 'notes.md'), 'utf8').trim(),
  ]
}

const METHOD = `- Every round of every way runs in a fresh process, the ways in turn: A B C A B C. In the process the work is
  repeated for half a second, at least once, which is dropped, and then three times (once where that takes two seconds), of which
  the median counts.
- A figure is the median of the rounds, and in brackets the least and the most. "Of fanpipe's" is the median of the ratios of
  each round: what a way takes as a multiple of ours; above 1 it is slower.
- Every way tells how many items came out and a checksum of them in their order. Where two ways differ, the question fails.
- \`floor\` is what nobody can beat: the same work without the junction.
- Peak RSS is that of the whole process, Node and the data it made included, at the end.
- Figures of different questions, machines or days are not to be compared: they drift by 10 to 25 %. Ratios of one run are;
  below 1.2 they mean about equal.`

function trial(runs: readonly Run[]): string[] {
  const scales = [...new Set(runs.map(({ scale }) => scale).filter((scale) => scale !== 1))]
  return scales.length === 0 ? [] : [`**A trial at ${scales.join(' and ')} of the size: no measurement.**`]
}

const provenance = (runs: readonly Run[]): string =>
  markdownTable([
    ['Node', 'fanpipe', 'date', 'rounds', 'machine'],
    ...runs.map(({ node, fanpipe, date, rounds, machine: { cpu, cores, memory, system } }) => [
      node,
      fanpipe,
      date.slice(0, 10),
      String(rounds),
      `${cpu}, ${cores} cores, ${memory}, ${system}`,
    ]),
  ])

function section(runs: readonly Run[], name: string): string[] {
  const { races, curves } = columnsOf(runs, name)
  const [race, curve] = [races[0]?.result, curves[0]?.result]
  const result = race ?? curve
  if (result === undefined) return [`## ${name}`, failure(runs, name)]
  return [
    `## ${result.title}`,
    ...(race === undefined ? [] : [`${workOf(race)}.`]),
    `![${result.title}](charts/${name}.svg)`,
    race === undefined ? curveTable(curves) : raceTable(races),
    verdictTable([...races, ...curves]),
    (result.notes ?? []).map((note) => `- ${note}`).join('\n'),
  ].filter((part) => part !== '')
}

const failure = (runs: readonly Run[], name: string): string => {
  const failures = runs.flatMap(({ results }) =>
    results.filter((result): result is Failure => result.kind === 'failure' && result.name === name),
  )
  return ['Failed:', '```', ...failures.map(({ reason }) => reason), '```'].join('\n')
}
