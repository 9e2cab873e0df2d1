import { merge } from 'fanpipe'
import { Heap } from 'heap-js'
import multiSort from 'multi-sort-stream'
import type { Readable } from 'node:stream'
import { dealt, drain, readableOf, type Question } from '../instruments.ts'

interface Head {
  readonly value: number
  readonly source: AsyncIterator<number>
}

/** What one writes by hand. */
async function* byHeap(streams: readonly Readable[]): AsyncGenerator<number> {
  const heap = new Heap<Head>((a, b) => a.value - b.value)
  const refill = async (source: AsyncIterator<number>): Promise<void> => {
    const { done, value } = await source.next()
    if (done !== true) heap.push({ value, source })
  }
  for (const stream of streams) await refill(stream[Symbol.asyncIterator]())
  for (let head = heap.pop(); head !== undefined; head = heap.pop()) {
    yield head.value
    await refill(head.source)
  }
}

const sorted = dealt.flat().sort((a, b) => a - b)

export const question: Question = {
  title: 'sorted merge of 8 object Readables into a Writable',
  ways: {
    fanpipe: () => drain(merge(dealt.map(readableOf))),
    'multi-sort-stream': () => drain(multiSort(dealt.map(readableOf), (a, b) => a - b)),
    'async-generator heap': () => drain(byHeap(dealt.map(readableOf))),
    floor: () => drain(readableOf(sorted)),
  },
}
