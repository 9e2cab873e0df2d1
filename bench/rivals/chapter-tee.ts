/** The two algorithms that Python's documentation has given for `itertools.tee`, each as near to it as JavaScript allows. */

type Link<T> = [value: T | undefined, next: Link<T> | undefined]

/** Today: one list of links, which each iterator goes along. */
export function teeByLinks<T>(items: Iterable<T>, n: number): Iterator<T>[] {
  const source = items[Symbol.iterator]()
  const shared: Link<T> = [undefined, undefined]
  return Array.from({ length: n }, () => alongLinks(source, shared))
}

function* alongLinks<T>(source: Iterator<T>, link: Link<T>): Generator<T> {
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

/** In older editions: a queue for each iterator, and whoever finds its own empty fills them all. */
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
