import { Heap } from 'heap-js'

interface Head<S> {
  readonly value: number
  readonly source: S
}

/** A hand-written merge of iterables: a generator over a heap of the current items. */
export function* mergedByHeap(inputs: readonly Iterable<number>[]): Generator<number> {
  const heap = new Heap<Head<Iterator<number>>>((a, b) => a.value - b.value)
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
