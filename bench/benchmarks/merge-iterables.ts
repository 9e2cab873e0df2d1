import { merge } from 'fanpipe/iter'
import { collate } from 'iter-tools'
import { faster, type Benchmark } from '../benchmark.ts'
import { distributeRandomly, drainSync, ITEMS } from '../instruments.ts'
import { mergedByHeap } from '../peers/heap-js.ts'
import { inPython } from '../peers/python.ts'

const ascending = (a: number, b: number): number => a - b

export function mergeIterables(sources: number): Benchmark {
  const inputs = distributeRandomly(sources)
  const python = inPython('Python heapq.merge', 'numbers', String(sources), String(ITEMS))
  return {
    kind: 'race',
    title: `sorted merge of ${sources} arrays, synchronous`,
    unit: 'item',
    units: ITEMS,
    ways: {
      fanpipe: () => drainSync(merge(inputs)),
      'heap-js': () => drainSync(mergedByHeap(inputs)),
      'iter-tools': () => drainSync(collate(ascending, ...inputs)),
      'sort of everything': () => drainSync(inputs.flat().sort(ascending)),
      ...python,
    },
    targets: [
      faster(1.3, 'heap-js'),
      faster(8, 'iter-tools'),
      ...Object.keys(python).map((name) => faster(3, name)),
    ],
    notes: [
      'The numbers are randomly distributed over the inputs. Round-robin order would favour tree-based merges, because branch predictors learn its pattern.',
      '"heap-js" is a hand-written generator over a heap of the current items. It is not stable, since a heap does not order equal items.',
      'Python (whichever version python3 is) times itself, with start-up and the checksum excluded.',
      'Sorting everything needs all items in memory, and benefits from runs that are already sorted.',
    ],
  }
}

export const benchmark = mergeIterables(8)
