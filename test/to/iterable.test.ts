import t from 'tap'
import { PENDING } from '../../lib/kernel/cursor.ts'
import { toIterable } from '../../lib/to/iterable.ts'
import {
  chain,
  compose,
  filter,
  fork,
  groupBy,
  map,
  merge,
  multicast,
  roundRobin,
  stage,
  tee,
} from '../../lib/iter.ts'

/** Yields 1, 2, 3 and calls `ask` before each. */
function* items(ask: () => unknown): Generator<number> {
  for (const n of [1, 2, 3]) {
    ask()
    yield n
  }
}

/** Outputs that call `ask` while they are pulled. */
const outputs: Record<string, (ask: () => unknown) => Iterable<unknown>> = {
  'the source of a chain': (ask) => chain([items(ask)]),
  'the opening of an input': (ask) => chain([() => (ask(), [1, 2, 3])]),
  'the source of a round robin': (ask) => roundRobin([items(ask)]),
  'the inputs of a chain': (ask) => chain(map((n: number) => [n])(items(ask))),
  'the key of a merge': (ask) => merge([[1, 2, 3]], { key: (n) => (ask(), n) }),
  'the comparison of a merge': (ask) => merge([[1, 3], [2]], { compare: (a, b) => (ask(), a - b) }),
  'a mapping': (ask) => map((n: number) => (ask(), n))([1, 2, 3]),
  'a predicate': (ask) => filter(() => (ask(), true))([1, 2, 3]),
  'a key of groupBy': (ask) => groupBy((n: number) => (ask(), n))([1, 2, 3]),
  'a generator step': (ask) =>
    stage<number, number>(
      () =>
        function* (n) {
          ask()
          yield n
        },
    )([1, 2, 3]),
  'a function used as a stage': (ask) =>
    compose(function* (source: Iterable<number>) {
      for (const n of source) {
        ask()
        yield n
      }
    })([1, 2, 3]),
  'a stage of a fork': (ask) => fork([map((n: number) => (ask(), n))])([1, 2, 3]),
  'the source of a multicast': (ask) => multicast(items(ask), 1)[0],
  'the source of a tee': (ask) => tee(items(ask), 1)[0],
}

for (const [name, make] of Object.entries(outputs)) {
  t.test(`pulled from inside ${name}, an iterator throws like a running generator`, async (t) => {
    const refusals: unknown[] = []
    const iterator = make(() => {
      try {
        iterator.next()
        refusals.push('none')
      } catch (error) {
        refusals.push(error)
      }
    })[Symbol.iterator]()
    const results = [iterator.next(), iterator.next(), iterator.next(), iterator.next()]
    t.strictSame(
      results.map(({ done }) => done),
      [false, false, false, true],
      'no item is lost or duplicated',
    )
    t.ok(refusals.length > 0)
    t.ok(refusals.every((error) => error instanceof TypeError))
  })

  t.test(
    `pulled from inside ${name}, an iterator fails with the TypeError if it is not caught`,
    async (t) => {
      const iterator: Iterator<unknown> = make(() => iterator.next())[Symbol.iterator]()
      t.throws(() => {
        while (iterator.next().done !== true);
      }, TypeError)
      t.strictSame(iterator.next(), { done: true, value: undefined })
    },
  )
}

t.test('in the sync face a cursor that has to wait is an error, not an end', async (t) => {
  let closed = 0
  const cursor = { next: () => PENDING, close: () => void closed++ }
  const [iterator] = [toIterable({ mode: 'objects', depth: 1, parts: [], open: () => cursor }, {})].map(
    (output) => output[Symbol.iterator](),
  )
  t.throws(() => iterator?.next(), { name: 'TypeError', message: /cannot wait/ })
  t.equal(closed, 1)
})
