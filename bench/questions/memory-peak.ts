import { multicast, tee } from 'fanpipe'
import { counted } from '../heap.ts'
import { chunks, lagging, records } from '../lag.ts'
import { peak } from '../peak.ts'
import { scaled, type Curve, type Seen } from '../question.ts'

async function peakOf(run: (see: () => void) => Promise<void>): Promise<Seen> {
  const seen = await counted(run)
  return { ...seen, mib: peak() }
}

const objects =
  (maxlen: number) =>
  (items: number): Promise<Seen> =>
    peakOf((see) => lagging(multicast(records(items), 2, { maxlen }), maxlen, see))
const bytes =
  (maxlen: number) =>
  (items: number): Promise<Seen> =>
    peakOf((see) => lagging(multicast(chunks(items), 2, { maxlen }), maxlen, see))

const CONTROL = 'control: a tee whose second branch sleeps'

export const question: Curve = {
  kind: 'curve',
  title: 'peak resident memory, one branch as far behind as it may be, by the number of items',
  x: { title: 'items of 1 KiB', values: [2.5e5, 5e5, 1e6].map(scaled) },
  y: 'mib',
  series: {
    'objects, maxlen 1024': objects(1024),
    'objects, maxlen 8192': objects(8192),
    'bytes, maxlen 1 MiB': bytes(2 ** 20),
    'bytes, maxlen 8 MiB': bytes(2 ** 23),
    [CONTROL]: (items) => peakOf((see) => lagging(tee(records(items)), items, see)),
  },
  growth: 64,
  controls: [CONTROL],
  notes: ['What is in use, and what the garbage collector lets lie.'],
}
