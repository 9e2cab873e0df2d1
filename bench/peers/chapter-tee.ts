/** Ports of the two pure-Python versions of `itertools.tee` in Python's documentation. */

type Link<T> = [value: T | undefined, next: Link<T> | undefined]

/** The current version: one linked list, which every iterator walks along. */
export function teeByLinks<T>(items: Iterable<T>, n: number): Iterator<T>[] {
  const source = items[Symbol.iterator]()
  const shared: Link<T> = [undefined, undefined]
  return Array.from({ length: n }, () => walkLinks(source, shared))
}

function* walkLinks<T>(source: Iterator<T>, link: Link<T>): Generator<T> {
  for (;;) {
    if (link[1] === undefined) {
      const { done, value } = source.next()
      if (done === true) return
      link[0] = value
      link[1] = [undefined, undefined]
    }
    const value = link[0] as T
    link = link[1]
    yield value
  }
}

/** The older version: one queue per iterator; an iterator whose queue is empty fetches an item into all of them. */
export function teeByQueues<T>(items: Iterable<T>, n: number): Iterator<T>[] {
  const source = items[Symbol.iterator]()
  const queues = Array.from({ length: n }, (): T[] => [])
  return queues.map((queue) => fromQueue(source, queue, queues))
}

function* fromQueue<T>(source: Iterator<T>, own: T[], all: readonly T[][]): Generator<T> {
  for (;;) {
    if (own.length === 0) {
      const { done, value } = source.next()
      if (done === true) return
      for (const queue of all) queue.push(value)
    }
    yield own.shift() as T
  }
}
