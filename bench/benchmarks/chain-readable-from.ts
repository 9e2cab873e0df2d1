import { chain } from 'fanpipe'
import merge2 from 'merge2'
import MultiStream from 'multistream'
import { Readable } from 'node:stream'
import type { Benchmark } from '../benchmark.ts'
import { distributeRoundRobin, drain, ITEMS } from '../instruments.ts'
import { concatenate } from './chain-readables.ts'

const inputs = distributeRoundRobin(8)
const concatenated = inputs.flat()
const sources = (): Readable[] => inputs.map((items) => Readable.from(items))

export const benchmark: Benchmark = {
  kind: 'race',
  title: 'chain of 8 Readable.from streams, one item per read, into a Writable',
  unit: 'item',
  units: ITEMS,
  ways: {
    fanpipe: () => drain(chain(sources())),
    multistream: () => drain(MultiStream.obj(sources())),
    merge2: () => drain(merge2(...sources())),
    'async generator': () => drain(concatenate(sources())),
    floor: () => drain(Readable.from(concatenated)),
  },
  targets: [],
  notes: ['No target, because most of the cost is in Readable.from itself.'],
}
