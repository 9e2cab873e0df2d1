import { Heap } from 'heap-js'

interface Head<T> {
  readonly value: T
  readonly source: AsyncIterator<T>
}

/** A hand-written merge of async iterables: an async generator over a heap of the current items. */
export async function* mergedByAsyncHeap<T>(
  inputs: readonly AsyncIterable<T>[],
  compare: (a: T, b: T) => number,
): AsyncGenerator<T> {
  const heap = new Heap<Head<T>>((a, b) => compare(a.value, b.value))
  // Create all iterators up front: readline drops lines that arrive before its iterator exists.
  const sources = inputs.map((input) => input[Symbol.asyncIterator]())
  for (const source of sources) {
    const { done, value } = await source.next()
    if (done !== true) heap.push({ value, source })
  }
  for (let head = heap.peek(); head !== undefined; head = heap.peek()) {
    yield head.value
    const { source } = head
    const { done, value } = await source.next()
    if (done === true) heap.pop()
    else heap.replace({ value, source })
  }
}
