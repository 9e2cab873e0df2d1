/** The junctions on real-world tables: each result equals its eager equivalent. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { dataset, quakes, type Quake } from '../../examples/support/data.ts'
import {
  cast,
  chain,
  compose,
  csvSource,
  filter,
  fromSource,
  groupBy,
  map,
  merge,
  project,
  topK,
} from '../../lib/index.ts'
import type { CsvRow } from '../../lib/index.ts'
import * as iter from '../../lib/iter.ts'
import { all } from '../instruments/drain.ts'

t.test(
  'earthquakes: merging the networks in reverse, each newest first, gives the whole week, newest first',
  async (t) => {
    const week = quakes()
    const networks = [...new Set(week.map(({ network }) => network))].sort()
    const each = networks.map((name) => week.filter(({ network }) => network === name))
    const merged = merge(each, { key: ({ time }: Quake) => time, reverse: true, labels: networks })
    const byTime = each
      .flat()
      .sort((a, b) => b.time - a.time || networks.indexOf(a.network) - networks.indexOf(b.network))
    t.equal(byTime.length, 1707)
    t.strictSame(await merged.toArray(), byTime)
  },
)

t.test('weather: two cities merged by day tie on every day, with the first city first', async (t) => {
  const city = (name: string) =>
    compose(
      fromSource(csvSource(dataset('weather.csv'))),
      filter((row: CsvRow) => row['location'] === name),
      cast({ date: 'date' }),
    )
  const both = ['Seattle', 'New York'].map((name) => () => city(name)())
  const days = compose(
    fromSource(() => merge(both, { key: ({ date }) => date })),
    groupBy(({ date }: { date: Date }) => date.getTime()),
    map(([, rows]) => rows.map((row) => (row as { location?: unknown }).location)),
  )
  const tuples = await all(days())
  t.equal(tuples.length, 1461)
  for (const locations of tuples) t.strictSame(locations, ['Seattle', 'New York'])
})

t.test('airports: chaining the states gives all airports', async (t) => {
  const rows = await all(csvSource(dataset('airports.csv')))
  const states = [...new Set(rows.map(({ state }) => state))]
  const ofState = (state: string | undefined) => () =>
    filter((row: CsvRow) => row['state'] === state)(csvSource(dataset('airports.csv')))
  const chained = compose(
    fromSource(() => chain(states.slice(0, 12).map(ofState))),
    project(['iata', 'state']),
  )
  const expected = states
    .slice(0, 12)
    .flatMap((state) => rows.filter((row) => row.state === state).map(({ iata, state }) => ({ iata, state })))
  t.strictSame(await all(chained()), expected)
})

t.test('birdstrikes: the most frequent species are found exactly, and within bounds', async (t) => {
  const strikes = JSON.parse(readFileSync(dataset('birdstrikes.json'), 'utf8')) as {
    Wildlife__Species: string
  }[]
  const species = iter.map(({ Wildlife__Species }: (typeof strikes)[number]) => Wildlife__Species)
  const counts = new Map<string, number>()
  for (const { Wildlife__Species: name } of strikes) counts.set(name, (counts.get(name) ?? 0) + 1)
  const most = [...counts].sort(([, a], [, b]) => b - a).slice(0, 5)
  const top = [...iter.compose(species, topK<string>(5))(strikes)]
  t.strictSame(
    top.map(({ item, count }) => [item, count]),
    most,
  )
  const bounded = [...iter.compose(species, topK<string>(5, { cap: 20, keep: 'frequent' }))(strikes)]
  t.ok(counts.size > 20)
  for (const { item, count, error } of bounded) {
    const truth = counts.get(item) as number
    t.ok(truth <= count && truth >= count - error, `${item}: ${truth} in ${count - error} … ${count}`)
  }
})
