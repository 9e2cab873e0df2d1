import { merge } from 'fanpipe'
import multiSort from 'multi-sort-stream'
import { faster, within, type Benchmark, type Target } from '../benchmark.ts'
import { distributeRandomly, drain, ITEMS, range, readableOf } from '../instruments.ts'
import { mergedByAsyncHeap } from '../peers/async-heap.ts'

const ascendingNoTies = (a: number, b: number): number => (a < b ? -1 : +1)
const ascending = (a: number, b: number): number => a - b

export function mergeReadables(sources: number, targets: readonly Target[]): Benchmark {
  const inputs = distributeRandomly(sources)
  const sorted = range(ITEMS)
  return {
    kind: 'race',
    title: `sorted merge of ${sources} object Readables into a Writable`,
    unit: 'item',
    units: ITEMS,
    ways: {
      fanpipe: () => drain(merge(inputs.map(readableOf))),
      'multi-sort-stream': () => drain(multiSort(inputs.map(readableOf), ascendingNoTies)),
      'async-generator heap': () => drain(mergedByAsyncHeap(inputs.map(readableOf), ascending)),
      floor: () => drain(readableOf(sorted)),
    },
    targets,
    notes: [
      'The numbers are randomly distributed over the inputs. Round-robin order would favour tree-based merges, because branch predictors learn its pattern.',
      'multi-sort-stream neither handles errors of its inputs nor closes them; fanpipe additionally checks that each input is sorted.',
      'The async generator uses heap-js.',
    ],
  }
}

export const benchmark = mergeReadables(8, [
  faster(1.3, 'multi-sort-stream'),
  faster(3, 'async-generator heap'),
  within(2, 'floor'),
])
