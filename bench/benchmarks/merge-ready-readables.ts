import mergeStreams from '@sindresorhus/merge-streams'
import { mergeReady } from 'fanpipe'
import itMerge from 'it-merge'
import merge2 from 'merge2'
import { faster, within, type Benchmark, type Outcome } from '../benchmark.ts'
import { consume, distributeRoundRobin, ITEMS, readableOf, type Source } from '../instruments.ts'

const inputs = distributeRoundRobin(8)
const concatenated = inputs.flat()

/** The order of arrival is unspecified, so the checksum ignores the order. */
async function drainUnordered(source: Source): Promise<Outcome> {
  const outcome = { items: 0, checksum: 0 }
  await consume((item: number) => {
    outcome.items++
    outcome.checksum = (outcome.checksum + Math.imul(item, item)) | 0
  }, source)
  return outcome
}

export const benchmark: Benchmark = {
  kind: 'race',
  title: 'merge of 8 object Readables in order of arrival into a Writable',
  unit: 'item',
  units: ITEMS,
  ways: {
    fanpipe: () => drainUnordered(mergeReady(inputs.map(readableOf))),
    '@sindresorhus/merge-streams': () => drainUnordered(mergeStreams(inputs.map(readableOf))),
    'merge2, an array': () => drainUnordered(merge2(inputs.map(readableOf))),
    'it-merge': () => drainUnordered(itMerge(...inputs.map(readableOf))),
    floor: () => drainUnordered(readableOf(concatenated)),
  },
  targets: [faster(1.2, '@sindresorhus/merge-streams', 'merge2, an array'), within(1.6, 'floor')],
  notes: [
    'Every input always has an item ready, so this measures the cost per item, not latency.',
    'merge2 reads the streams of an array concurrently, through a PassThrough that buffers up to 65,536 items.',
    'merge-streams pipes all inputs into one PassThrough.',
  ],
}
