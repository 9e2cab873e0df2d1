import { merge } from 'fanpipe/iter'
import { Heap } from 'heap-js'
import { dealt, tallied, type Question } from '../instruments.ts'

interface Head {
  readonly value: number
  readonly source: Iterator<number>
}

function* byHeap(inputs: readonly Iterable<number>[]): Generator<number> {
  const heap = new Heap<Head>((a, b) => a.value - b.value)
  for (const input of inputs) {
    const source = input[Symbol.iterator]()
    const { done, value } = source.next()
    if (done !== true) heap.push({ value, source })
  }
  for (let head = heap.peek(); head !== undefined; head = heap.peek()) {
    yield head.value
    const { source } = head
    const { done, value } = source.next()
    if (done === true) heap.pop()
    else heap.replace({ value, source })
  }
}

export const question: Question = {
  title: 'sorted merge of 8 iterables',
  ways: {
    fanpipe: () => tallied(merge(dealt)),
    'heap-js': () => tallied(byHeap(dealt)),
    'sort of everything': () => tallied(dealt.flat().sort((a, b) => a - b)),
  },
}
