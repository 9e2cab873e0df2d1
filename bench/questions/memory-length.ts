import { tee } from 'fanpipe'
import { watched } from '../heap.ts'
import { pour } from '../instruments.ts'
import { every, junctions, type Junction } from '../junctions.ts'
import { scaled, type Curve } from '../question.ts'

const CONTROL = 'control: a tee whose second branch sleeps'

const control: Junction = async (size, see) => {
  const [first, second] = tee(every(1, 0, size))
  await pour(see, first)
  second.destroy()
}

export const question: Curve = {
  kind: 'curve',
  title: 'heap in mid-run, by the number of items',
  x: { title: 'items', values: [1e5, 1e6, 1e7].map(scaled) },
  y: 'mib',
  series: Object.fromEntries(
    Object.entries({ ...junctions, [CONTROL]: control }).map(([name, junction]) => [
      name,
      (size) => watched(size, (see) => junction(size, see)),
    ]),
  ),
  growth: 10,
  controls: [CONTROL],
}
