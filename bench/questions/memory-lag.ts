import { multicast, tee } from 'fanpipe'
import { watched } from '../heap.ts'
import { chunks, lagging, records } from '../lag.ts'
import { scaled, type Curve } from '../question.ts'

const CONTROL = 'control: a tee whose second branch sleeps'

export const question: Curve = {
  kind: 'curve',
  title: 'heap in mid-run, one branch as far behind as it may be, by the number of items',
  x: { title: 'items of 1 KiB', values: [2e4, 1e5, 5e5].map(scaled) },
  y: 'mib',
  series: {
    'multicast, objects, maxlen 1024': (items) =>
      watched(items, (see) => lagging(multicast(records(items), 2), 1024, see)),
    'multicast, bytes, maxlen 1 MiB': (items) =>
      watched(items, (see) => lagging(multicast(chunks(items), 2), 2 ** 20, see)),
    [CONTROL]: (items) => watched(items, (see) => lagging(tee(records(items)), items, see)),
  },
  growth: 10,
  controls: [CONTROL],
}
