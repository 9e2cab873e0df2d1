import { chain } from 'fanpipe'
import merge2 from 'merge2'
import MultiStream from 'multistream'
import { Readable } from 'node:stream'
import { dealt, drain, ITEMS } from '../instruments.ts'
import type { Question } from '../question.ts'
import { inTurn } from './chain-readables.ts'

const inputs = dealt(8)
const joined = inputs.flat()
const sources = (): Readable[] => inputs.map((items) => Readable.from(items))

export const question: Question = {
  kind: 'race',
  title: 'chain of 8 Readable.from, which give one item a read, into a Writable',
  unit: 'item',
  units: ITEMS,
  ways: {
    fanpipe: () => drain(chain(sources())),
    multistream: () => drain(MultiStream.obj(sources())),
    merge2: () => drain(merge2(...sources())),
    'async generator': () => drain(inTurn(sources())),
    floor: () => drain(Readable.from(joined)),
  },
  targets: [],
  notes: ['Readable.from itself is most of the cost: no target.'],
}
