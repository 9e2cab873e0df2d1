import { tee } from 'fanpipe/iter'
import { fork } from 'iter-tools'
import { faster, scaled, type Benchmark, type Outcome } from '../benchmark.ts'
import { range, Tally } from '../instruments.ts'
import { teeByLinks, teeByQueues } from '../peers/chapter-tee.ts'

/** Reads the branches in lockstep, one item of each at a time. */
function drainInStep(branches: readonly Iterator<number>[]): Outcome {
  const tally = new Tally()
  for (;;) {
    for (const branch of branches) {
      const { done, value } = branch.next()
      if (done === true) return tally
      tally.add(value)
    }
  }
}

function forks(items: Iterable<number>, n: number): Iterator<number>[] {
  const source = fork(items)
  return range(n).map(() => source.next().value as Iterator<number>)
}

export function teeTo(n: number): Benchmark {
  const units = scaled(8e6 / n)
  const items = range(units)
  return {
    kind: 'race',
    title: `tee of one iterable into ${n} iterators read in lockstep, synchronous`,
    unit: 'item',
    units,
    ways: {
      fanpipe: () => drainInStep(tee(items, n)),
      'the chapter, by links': () => drainInStep(teeByLinks(items, n)),
      'the chapter, by queues': () => drainInStep(teeByQueues(items, n)),
      'iter-tools': () => drainInStep(forks(items, n)),
      floor: () => drainInStep(range(n).map(() => items.values())),
    },
    targets: [faster(2, 'the chapter, by links', 'the chapter, by queues')],
    notes: [
      'Time is per item of the source, regardless of the number of branches.',
      `"The chapter" is the pure-Python itertools.tee of Python's documentation, ported to JavaScript: "by links" is the current version, "by queues" an older one.`,
      'The floor is one array iterator per branch.',
    ],
  }
}

export const benchmark = teeTo(2)
