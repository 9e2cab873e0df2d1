import mergeStreams from '@sindresorhus/merge-streams'
import { mergeReady } from 'fanpipe'
import itMerge from 'it-merge'
import merge2 from 'merge2'
import { dealt, ITEMS, pour, readableOf, type Source } from '../instruments.ts'
import { faster, within, type Question, type Seen } from '../question.ts'

const inputs = dealt(8)
const joined = inputs.flat()

/** Arrival is in any order, so the checksum is one of the items whatever their order. */
async function drainUnordered(source: Source): Promise<Seen> {
  const seen = { items: 0, checksum: 0 }
  await pour((item: number) => {
    seen.items++
    seen.checksum = (seen.checksum + Math.imul(item, item)) | 0
  }, source)
  return seen
}

export const question: Question = {
  kind: 'race',
  title: '8 object Readables in order of arrival into a Writable',
  unit: 'item',
  units: ITEMS,
  ways: {
    fanpipe: () => drainUnordered(mergeReady(inputs.map(readableOf))),
    '@sindresorhus/merge-streams': () => drainUnordered(mergeStreams(inputs.map(readableOf))),
    'merge2, an array': () => drainUnordered(merge2(inputs.map(readableOf))),
    'it-merge': () => drainUnordered(itMerge(...inputs.map(readableOf))),
    floor: () => drainUnordered(readableOf(joined)),
  },
  targets: [faster(1.2, '@sindresorhus/merge-streams', 'merge2, an array'), within(1.6, 'floor')],
  notes: [
    'Every input always has an item, so this is what an item costs, not how soon one is passed on.',
    'merge2 reads the streams of an array side by side, through a PassThrough that takes 65,536 items before it makes them wait.',
    'merge-streams pipes all inputs into one PassThrough.',
  ],
}
