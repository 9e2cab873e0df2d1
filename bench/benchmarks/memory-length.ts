import { tee } from 'fanpipe'
import { scaled, type Curve } from '../benchmark.ts'
import { measureHeap } from '../heap.ts'
import { consume } from '../instruments.ts'
import { junctions, sequence, type Junction } from '../junctions.ts'

const CONTROL = 'control: a tee whose second branch sleeps'

const control: Junction = async (size, onItem) => {
  const [first, second] = tee(sequence(1, 0, size))
  await consume(onItem, first)
  second.destroy()
}

export const benchmark: Curve = {
  kind: 'curve',
  title: 'heap, by number of items',
  x: { title: 'items', values: [1e5, 1e6, 1e7].map(scaled) },
  y: 'mib',
  series: Object.fromEntries(
    Object.entries({ ...junctions, [CONTROL]: control }).map(([name, junction]) => [
      name,
      (size) => measureHeap(size, (onItem) => junction(size, onItem)),
    ]),
  ),
  growth: 10,
  controls: [CONTROL],
}
