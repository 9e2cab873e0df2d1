import { chain } from 'fanpipe'
import merge2 from 'merge2'
import MultiStream from 'multistream'
import type { Readable } from 'node:stream'
import { faster, within, type Benchmark } from '../benchmark.ts'
import { distributeRoundRobin, drain, ITEMS, readableOf } from '../instruments.ts'

const inputs = distributeRoundRobin(8)
const concatenated = inputs.flat()

/** The hand-written version. */
export async function* concatenate(streams: readonly Readable[]): AsyncGenerator<unknown> {
  for (const stream of streams) yield* stream
}

export const benchmark: Benchmark = {
  kind: 'race',
  title: 'chain of 8 object Readables into a Writable',
  unit: 'item',
  units: ITEMS,
  ways: {
    fanpipe: () => drain(chain(inputs.map(readableOf))),
    multistream: () => drain(MultiStream.obj(inputs.map(readableOf))),
    merge2: () => drain(merge2(...inputs.map(readableOf))),
    'async generator': () => drain(concatenate(inputs.map(readableOf))),
    floor: () => drain(readableOf(concatenated)),
  },
  targets: [faster(1.7, 'multistream', 'merge2'), within(1.35, 'floor')],
  notes: [
    'The floor is one Readable with all the items.',
    'merge2 reads up to 65,536 items ahead, and forwards errors of a source only if configured to.',
  ],
}
