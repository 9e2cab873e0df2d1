import { multicast, tee } from 'fanpipe'
import { scaled, type Curve, type Outcome } from '../benchmark.ts'
import { countItems } from '../heap.ts'
import { chunks, drainWithLag, records } from '../lag.ts'
import { peak } from '../peak.ts'

async function measurePeak(run: (onItem: () => void) => Promise<void>): Promise<Outcome> {
  const outcome = await countItems(run)
  return { ...outcome, mib: peak() }
}

const objects =
  (maxlen: number) =>
  (items: number): Promise<Outcome> =>
    measurePeak((onItem) => drainWithLag(multicast(records(items), 2, { maxlen }), maxlen, onItem))
const bytes =
  (maxlen: number) =>
  (items: number): Promise<Outcome> =>
    measurePeak((onItem) => drainWithLag(multicast(chunks(items), 2, { maxlen }), maxlen, onItem))

const CONTROL = 'control: a tee whose second branch sleeps'

export const benchmark: Curve = {
  kind: 'curve',
  title: 'peak RSS with one branch at its maximum lag, by number of items',
  x: { title: 'items of 1 KiB', values: [2.5e5, 5e5, 1e6].map(scaled) },
  y: 'mib',
  series: {
    'objects, maxlen 1024': objects(1024),
    'objects, maxlen 8192': objects(8192),
    'bytes, maxlen 1 MiB': bytes(2 ** 20),
    'bytes, maxlen 8 MiB': bytes(2 ** 23),
    [CONTROL]: (items) => measurePeak((onItem) => drainWithLag(tee(records(items)), items, onItem)),
  },
  growth: 64,
  controls: [CONTROL],
  notes: ['Peak RSS includes garbage that has not been collected yet.'],
}
