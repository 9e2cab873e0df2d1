import { multicast, tee } from 'fanpipe'
import { scaled, type Curve } from '../benchmark.ts'
import { measureHeap } from '../heap.ts'
import { chunks, drainWithLag, records } from '../lag.ts'

const CONTROL = 'control: a tee whose second branch sleeps'

export const benchmark: Curve = {
  kind: 'curve',
  title: 'heap with one branch at its maximum lag, by number of items',
  x: { title: 'items of 1 KiB', values: [2e4, 1e5, 5e5].map(scaled) },
  y: 'mib',
  series: {
    'multicast, objects, maxlen 1024': (items) =>
      measureHeap(items, (onItem) => drainWithLag(multicast(records(items), 2), 1024, onItem)),
    'multicast, bytes, maxlen 1 MiB': (items) =>
      measureHeap(items, (onItem) => drainWithLag(multicast(chunks(items), 2), 2 ** 20, onItem)),
    [CONTROL]: (items) => measureHeap(items, (onItem) => drainWithLag(tee(records(items)), items, onItem)),
  },
  growth: 10,
  controls: [CONTROL],
}
