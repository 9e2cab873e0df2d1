import { fence } from 'fanpipe'
import { Readable, type Duplex } from 'node:stream'
import chain, { stop } from 'stream-chain'
import take from 'stream-chain/utils/take.js'
import type { Benchmark } from '../benchmark.ts'
import { drain, ITEMS } from '../instruments.ts'

function endless(): Readable {
  let n = 0
  return new Readable({
    objectMode: true,
    read() {
      while (this.push(n++));
    },
  })
}

/** `stop` of stream-chain ends the readable side only, so the endless source has to be destroyed by hand. */
function takeWithStreamChain(source: Readable): Readable {
  const output: Duplex = chain([take(ITEMS, stop)])
  output.once('end', () => source.destroy())
  return source.pipe(output)
}

/** The hand-written version. */
async function* takeFirst(source: Readable): AsyncGenerator<unknown> {
  let left = ITEMS
  for await (const item of source) {
    yield item
    if (--left === 0) return
  }
}

export const benchmark: Benchmark = {
  kind: 'race',
  title: 'the first items of an endless object Readable into a Writable',
  unit: 'item',
  units: ITEMS,
  ways: {
    fanpipe: () => drain(endless(), fence(ITEMS)),
    'Readable.take': () => drain(endless().take(ITEMS)),
    'stream-chain': () => drain(takeWithStreamChain(endless())),
    'async generator': () => drain(takeFirst(endless())),
  },
  targets: [],
  notes: [
    'Readable.take is experimental.',
    'stop of stream-chain ends only the readable side, so the endless source is destroyed by hand.',
  ],
}
