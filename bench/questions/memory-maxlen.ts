import { multicast } from 'fanpipe'
import { watched } from '../heap.ts'
import { chunks, lagging, records } from '../lag.ts'
import { scaled, type Curve, type Seen } from '../question.ts'

const [FEW, MANY] = [scaled(1e5), scaled(5e5)]

const objects =
  (items: number) =>
  (maxlen: number): Promise<Seen> =>
    watched(items, (see) => lagging(multicast(records(items), 2, { maxlen }), maxlen, see))
const bytes =
  (items: number) =>
  (kib: number): Promise<Seen> => {
    const maxlen = kib * 1024
    return watched(items, (see) => lagging(multicast(chunks(items), 2, { maxlen }), maxlen, see))
  }

export const question: Curve = {
  kind: 'curve',
  title: 'heap in mid-run, one branch as far behind as it may be, by maxlen',
  x: { title: 'maxlen, in items or chunks of 1 KiB', values: [256, 1024, 4096, 16_384, 65_536] },
  y: 'mib',
  series: {
    '100,000 objects': objects(FEW),
    '500,000 objects': objects(MANY),
    '100,000 chunks': bytes(FEW),
    '500,000 chunks': bytes(MANY),
  },
  growth: 80,
  notes: ['65,536 items of 1 KiB are 64 MiB, and a little more for what holds them.'],
}
