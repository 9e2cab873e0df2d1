import { Heap } from 'heap-js'

interface Head<T> {
  readonly value: T
  readonly source: AsyncIterator<T>
}

/** The same heap in an async generator, as one writes it by hand over streams. */
export async function* mergedByAsyncHeap<T>(
  inputs: readonly AsyncIterable<T>[],
  compare: (a: T, b: T) => number,
): AsyncGenerator<T> {
  const heap = new Heap<Head<T>>((a, b) => compare(a.value, b.value))
  // All at once: readline loses the lines that come before its iterator is there.
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
