import { chain } from 'fanpipe'
import merge2 from 'merge2'
import MultiStream from 'multistream'
import type { Readable } from 'node:stream'
import { dealt, drain, ITEMS, readableOf } from '../instruments.ts'
import { faster, within, type Question } from '../question.ts'

const inputs = dealt(8)
const joined = inputs.flat()

/** What one writes by hand. */
export async function* inTurn(streams: readonly Readable[]): AsyncGenerator<unknown> {
  for (const stream of streams) yield* stream
}

export const question: Question = {
  kind: 'race',
  title: 'chain of 8 object Readables into a Writable',
  unit: 'item',
  units: ITEMS,
  ways: {
    fanpipe: () => drain(chain(inputs.map(readableOf))),
    multistream: () => drain(MultiStream.obj(inputs.map(readableOf))),
    merge2: () => drain(merge2(...inputs.map(readableOf))),
    'async generator': () => drain(inTurn(inputs.map(readableOf))),
    floor: () => drain(readableOf(joined)),
  },
  targets: [faster(1.7, 'multistream', 'merge2'), within(1.35, 'floor')],
  notes: [
    'The floor is one Readable with all the items.',
    "merge2 reads up to 65,536 items ahead, and passes a source's error on only if told to.",
  ],
}
