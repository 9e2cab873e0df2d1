import { merge as mergeStreams } from 'fanpipe'
import { merge } from 'fanpipe/iter'
import { dice, drain, ITEMS, naturals, tallied } from '../instruments.ts'
import type { Curve } from '../question.ts'

/** Sorted, by steps as if by chance, so that no processor foresees whose item is next. */
function* ascending(items: number, seed: number): Generator<number> {
  const random = dice(seed)
  for (let i = 0, n = 0; i < items; i++) yield (n += random(1000))
}
const sorted = (k: number): Generator<number>[] =>
  naturals(k).map((i) => ascending(Math.ceil(ITEMS / k), i + 1))

export const question: Curve = {
  kind: 'curve',
  title: 'sorted merge of k iterables, time an item',
  x: { title: 'k', values: [2, 8, 64, 512, 4096] },
  y: 'ns',
  series: {
    'into a Writable': (k) => drain(mergeStreams(sorted(k))),
    'as an iterable': (k) => tallied(merge(sorted(k))),
  },
  growth: 12,
  notes: ['An item takes log₂ k comparisons: 12 times as many for 4096 as for 2.'],
}
