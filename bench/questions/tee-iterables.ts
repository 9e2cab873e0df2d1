import { tee } from 'fanpipe/iter'
import { fork } from 'iter-tools'
import { naturals, Tally } from '../instruments.ts'
import { faster, scaled, type Question, type Seen } from '../question.ts'
import { teeByLinks, teeByQueues } from '../rivals/chapter-tee.ts'

/** One item of each branch at a time. */
function inStep(branches: readonly Iterator<number>[]): Seen {
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
  return naturals(n).map(() => source.next().value as Iterator<number>)
}

export function teeTo(n: number): Question {
  const units = scaled(8e6 / n)
  const items = naturals(units)
  return {
    kind: 'race',
    title: `tee of one iterable to ${n} iterators read in step, synchronous`,
    unit: 'item',
    units,
    ways: {
      fanpipe: () => inStep(tee(items, n)),
      'the chapter, by links': () => inStep(teeByLinks(items, n)),
      'the chapter, by queues': () => inStep(teeByQueues(items, n)),
      'iter-tools': () => inStep(forks(items, n)),
      floor: () => inStep(naturals(n).map(() => items.values())),
    },
    targets: [faster(2, 'the chapter, by links', 'the chapter, by queues')],
    notes: [
      'Counted by the items of the source, whatever the number of branches.',
      "The chapter: what Python's documentation gives for itertools.tee, in JavaScript; by queues in its older editions, by links today.",
      "The floor is an array's own iterator for each branch.",
    ],
  }
}

export const question = teeTo(2)
