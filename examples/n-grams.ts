/** The n-grams of many texts, multicast: the most frequent, and the first different ones. */
import { pipeline } from 'node:stream/promises'
import {
  chain,
  compose,
  distinct,
  fence,
  fromSource,
  lineSource,
  map,
  multicastSink,
  ngrams,
  pipe,
  tokenize,
  topK,
  walkSource,
} from 'fanpipe'
import type { Source } from 'fanpipe'
import * as iter from 'fanpipe/iter'

const grams = (n: number) =>
  compose(
    map((line: string) => line.toLowerCase()),
    tokenize(),
    ngrams(n),
    fence<string>(500_000),
  )

/** With backpressure: the first branch waits for the second, at most `maxlen` ahead. */
export async function frequentAndFirst(lines: Source<string>, n: number, k: number, first: number) {
  const sink = multicastSink<string, 2>(2, { maxlen: 1000 })
  const [counted, seen] = sink.branches
  const [, frequent, different] = await Promise.all([
    pipeline(compose(fromSource(lines), grams(n)), sink),
    topK<string>(k, { keep: 'frequent' })(counted).toArray(),
    distinct<string>(first)(seen).toArray(),
  ])
  return { frequent, different, stats: sink.stats() }
}

/** The sync face cannot wait: one branch read to its end overflows, and two read in step do not. */
export function inStep(lines: Iterable<string>, n: number, maxlen: number, isInStep: boolean): number {
  const [a, b] = iter.multicast(iter.compose(grams(n))(lines), 2, { maxlen })
  if (!isInStep) return [...a].length + [...b].length
  let equal = 0
  for (const gram of a) if (gram === b.next().value) equal++
  return equal
}

export async function main(): Promise<void> {
  const texts = await pipe(walkSource('node_modules', { extensions: ['.md'] }), fence(60)).toArray()
  const lines = () => chain(texts.map((text) => lineSource(text)))
  const { frequent, different, stats } = await frequentAndFirst(lines, 2, 5, 5)
  console.log(frequent, different, stats)
  const all = await lines().toArray()
  console.log(`in step: ${inStep(all, 2, 1000, true)} n-grams`)
  try {
    inStep(all, 2, 1000, false)
  } catch (error) {
    console.log(String(error))
  }
}
