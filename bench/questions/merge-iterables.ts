import { merge } from 'fanpipe/iter'
import { collate } from 'iter-tools'
import { ITEMS, strewn, tallied } from '../instruments.ts'
import { faster, type Question } from '../question.ts'
import { mergedByHeap } from '../rivals/heap-js.ts'
import { inPython } from '../rivals/python.ts'

const ascending = (a: number, b: number): number => a - b

export function mergeIterables(sources: number): Question {
  const inputs = strewn(sources)
  const python = inPython('Python heapq.merge', 'numbers', String(sources), String(ITEMS))
  return {
    kind: 'race',
    title: `sorted merge of ${sources} arrays, synchronous`,
    unit: 'item',
    units: ITEMS,
    ways: {
      fanpipe: () => tallied(merge(inputs)),
      'heap-js': () => tallied(mergedByHeap(inputs)),
      'iter-tools': () => tallied(collate(ascending, ...inputs)),
      'sort of everything': () => tallied(inputs.flat().sort(ascending)),
      ...python,
    },
    targets: [
      faster(1.3, 'heap-js'),
      faster(8, 'iter-tools'),
      ...Object.keys(python).map((name) => faster(3, name)),
    ],
    notes: [
      'The numbers are strewn over the inputs as if by chance; dealt round, in a rhythm that processors learn, they flatter whoever keeps a tree.',
      'heap-js: a generator that keeps the heads in its heap. It is not stable: a heap has no order among equals.',
      'Python is timed from within, in the version that runs as python3, and not for summing up what comes out.',
      'Sorting has all items in memory, and finds runs that are sorted already.',
    ],
  }
}

export const question = mergeIterables(8)
