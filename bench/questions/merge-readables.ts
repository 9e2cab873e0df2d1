import { merge } from 'fanpipe'
import multiSort from 'multi-sort-stream'
import { drain, ITEMS, naturals, readableOf, strewn } from '../instruments.ts'
import { faster, within, type Question, type Target } from '../question.ts'
import { mergedByAsyncHeap } from '../rivals/async-heap.ts'

const byLess = (a: number, b: number): number => (a < b ? -1 : +1)
const ascending = (a: number, b: number): number => a - b

export function mergeReadables(sources: number, targets: readonly Target[]): Question {
  const inputs = strewn(sources)
  const sorted = naturals(ITEMS)
  return {
    kind: 'race',
    title: `sorted merge of ${sources} object Readables into a Writable`,
    unit: 'item',
    units: ITEMS,
    ways: {
      fanpipe: () => drain(merge(inputs.map(readableOf))),
      'multi-sort-stream': () => drain(multiSort(inputs.map(readableOf), byLess)),
      'async-generator heap': () => drain(mergedByAsyncHeap(inputs.map(readableOf), ascending)),
      floor: () => drain(readableOf(sorted)),
    },
    targets,
    notes: [
      'The numbers are strewn over the inputs as if by chance; dealt round, in a rhythm that processors learn, they flatter whoever keeps a tree.',
      "multi-sort-stream does not handle an input's error, nor close its inputs; fanpipe also checks that each is sorted.",
      'The async generator keeps its heap with heap-js.',
    ],
  }
}

export const question = mergeReadables(8, [
  faster(1.3, 'multi-sort-stream'),
  faster(3, 'async-generator heap'),
  within(2, 'floor'),
])
