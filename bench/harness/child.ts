/**
 * One thing of one question, in a process of its own: `node child.js FILE` tells the question's outline, `… WAY` does a
 * race's way and `… SERIES X` a point of a curve. Prints JSON, as the last line.
 */
import { pathToFileURL } from 'node:url'
import { median } from 'simple-statistics'
import { SCALE, type Question, type Seen, type Way } from '../question.ts'
import { peak } from '../peak.ts'
import { outline } from './outline.ts'

/** What a child has seen, and what it took. */
export interface Answer extends Seen {
  readonly ns: number
  /** MiB; not where the work was done by another program. */
  readonly peak?: number
}

/** How many ms a way is run before it is timed, at least once: until then much of it is code not yet optimised. */
const WARM = { race: 500 * SCALE, curve: 1000 * SCALE }
/** The median of a few times, where they are short: even then code may be optimised anew in one of them. */
const TIMES = 3
const SHORT = 2e9

const [file = '', name, x] = process.argv.slice(2)
const { question } = (await import(pathToFileURL(file).href)) as { question: Question }
console.log(JSON.stringify(name === undefined ? outline(question) : await answer(name)))

async function answer(name: string): Promise<Answer> {
  const [way, warmFor] = wayOf(name)
  const warm = await warmedUp(way, warmFor)
  const times: number[] = []
  for (;;) {
    const began = performance.now()
    const seen = await way()
    times.push(seen.ns ?? (performance.now() - began) * 1e6)
    if (warm !== undefined && (warm.items !== seen.items || warm.checksum !== seen.checksum))
      throw new Error('one time something else came out than the first time')
    const isEnough = warm === undefined || times.length === TIMES || Math.max(...times) > SHORT
    if (isEnough) return { ...(seen.ns === undefined ? { peak: peak() } : {}), ...seen, ns: median(times) }
  }
}

/** The way itself, and for how many ms it is warmed up; undefined is not at all. */
function wayOf(name: string): [Way, number | undefined] {
  if (question.kind === 'race')
    return [found(question.ways[name]), question.warmUp === false ? undefined : WARM.race]
  const series = found(question.series[name])
  return [() => series(Number(x)), question.y === 'ns' ? WARM.curve : undefined]
}

async function warmedUp(way: Way, ms: number | undefined): Promise<Seen | undefined> {
  if (ms === undefined) return undefined
  const end = performance.now() + ms
  let seen: Seen
  do seen = await way()
  while (performance.now() < end)
  return seen
}

function found<T>(way: T | undefined): T {
  if (way === undefined) throw new Error(`there is no "${name}" in this question`)
  return way
}
