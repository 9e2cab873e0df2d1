import { counted } from '../heap.ts'
import { junctions } from '../junctions.ts'
import { scaled, type Curve } from '../question.ts'

export const question: Curve = {
  kind: 'curve',
  title: 'time an item, by the number of items',
  x: { title: 'items', values: [1e5, 1e6, 1e7].map(scaled) },
  y: 'ns',
  series: Object.fromEntries(
    Object.entries(junctions).map(([name, junction]) => [
      name,
      (size) => counted((see) => junction(size, see)),
    ]),
  ),
  growth: 1.3,
  notes: ['Streams face, from generators of objects; what each branch of a fan-out is given counts.'],
}
