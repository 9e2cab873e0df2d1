import { scaled, type Curve } from '../benchmark.ts'
import { countItems } from '../heap.ts'
import { junctions } from '../junctions.ts'

export const benchmark: Curve = {
  kind: 'curve',
  title: 'time per item, by number of items',
  x: { title: 'items', values: [1e5, 1e6, 1e7].map(scaled) },
  y: 'ns',
  series: Object.fromEntries(
    Object.entries(junctions).map(([name, junction]) => [
      name,
      (size) => countItems((onItem) => junction(size, onItem)),
    ]),
  ),
  growth: 1.3,
  notes: [
    'The streams API, reading from generators of objects. Every item delivered to any branch of a fan-out counts.',
  ],
}
