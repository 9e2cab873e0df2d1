import { multicast } from 'fanpipe'
import { scaled, type Curve, type Outcome } from '../benchmark.ts'
import { measureHeap } from '../heap.ts'
import { chunks, drainWithLag, records } from '../lag.ts'

const [FEW, MANY] = [scaled(1e5), scaled(5e5)]

const objects =
  (items: number) =>
  (maxlen: number): Promise<Outcome> =>
    measureHeap(items, (onItem) => drainWithLag(multicast(records(items), 2, { maxlen }), maxlen, onItem))
const bytes =
  (items: number) =>
  (kib: number): Promise<Outcome> => {
    const maxlen = kib * 1024
    return measureHeap(items, (onItem) =>
      drainWithLag(multicast(chunks(items), 2, { maxlen }), maxlen, onItem),
    )
  }

export const benchmark: Curve = {
  kind: 'curve',
  title: 'heap with one branch at its maximum lag, by maxlen',
  x: { title: 'maxlen, in items or chunks of 1 KiB', values: [256, 1024, 4096, 16_384, 65_536] },
  y: 'mib',
  series: {
    '100,000 objects': objects(FEW),
    '500,000 objects': objects(MANY),
    '100,000 chunks': bytes(FEW),
    '500,000 chunks': bytes(MANY),
  },
  growth: 80,
  notes: ['65,536 items of 1 KiB are 64 MiB, plus a little for the data structures that hold them.'],
}
