import t from 'tap'
import { chainJunction } from '../../lib/fan-in/chain.ts'
import { FanIn } from '../../lib/fan-in/fan-in.ts'
import type { ErrorPolicy } from '../../lib/fan-in/input-errors.ts'
import type { Junction } from '../../lib/fan-in/junction.ts'
import { mergeJunction } from '../../lib/fan-in/merge/merge.ts'
import { latenessJunction } from '../../lib/fan-in/merge-bounded-lateness/merge-bounded-lateness.ts'
import { roundRobinJunction } from '../../lib/fan-in/round-robin.ts'
import { DONE } from '../../lib/kernel/cursor.ts'
import { toIterable } from '../../lib/to/iterable.ts'

type Numbers = Junction<number>
const junctions: readonly [name: string, junction: Numbers, whole: readonly number[]][] = [
  ['chain', chainJunction(), [1, 4, 5, 2, 6, 3, 7]],
  ['roundRobin', roundRobinJunction(), [1, 2, 3, 4, 6, 7, 5]],
  ['merge', mergeJunction(), [1, 2, 3, 4, 5, 6, 7]],
  ['mergeBoundedLateness', latenessJunction({ lateness: 0 }), [1, 2, 3, 4, 5, 6, 7]],
]

for (const [name, junction, whole] of junctions) {
  t.test(`${name}: a policy may let the junction continue without an input that fails`, async (t) => {
    const error = new Error('broken')
    let closed = 0
    function* failing(): Generator<number> {
      try {
        yield* [2, 6]
        throw error
      } finally {
        closed++
      }
    }
    const unopened = (): Iterable<number> => {
      throw error
    }
    const met: unknown[] = []
    const skip: ErrorPolicy = () => ({
      onError(error, place) {
        met.push(error, place.path())
        return DONE
      },
      wrapOutput: (output) => ({
        next: () => output.next(),
        close() {
          met.push('closed')
          return output.close()
        },
      }),
    })
    class Tolerant extends FanIn<number> {
      override readonly errorPolicy = skip
    }
    const inputs = [[1, 4, 5], failing, unopened, [3, 7]]
    const output = toIterable(new Tolerant(junction, inputs, 'iter', {}), {})
    t.strictSame(Array.from(output), whole)
    t.equal(closed, 1)
    const path = (index: number) => [{ index, label: undefined }]
    const inOrder = name === 'chain' ? [1, 2] : [2, 1]
    t.strictSame(met.slice(0, 4), [error, path(inOrder[0] as number), error, path(inOrder[1] as number)])
  })
}

t.test('an item that a junction cannot use counts as a failure of its input, which is closed', async (t) => {
  let closed = 0
  function* unsorted(): Generator<number> {
    try {
      yield* [2, 1, 9]
    } finally {
      closed++
    }
  }
  const codes: unknown[] = []
  class Tolerant extends FanIn<number> {
    override readonly errorPolicy: ErrorPolicy = () => ({
      onError(error) {
        codes.push((error as { code?: unknown }).code)
        return DONE
      },
      wrapOutput: (output) => output,
    })
  }
  const run = (...inputs: unknown[]): number[] =>
    Array.from(toIterable(new Tolerant(mergeJunction(), inputs, 'iter', {}), {}))
  t.strictSame(run(unsorted, [3, 4]), [2, 3, 4])
  t.equal(closed, 1)
  t.strictSame(run([NaN, 1], [3, 4]), [3, 4], 'the first item too')
  t.strictSame(codes, ['ERR_FANPIPE_ORDER', 'ERR_FANPIPE_KEY'])
})

t.test('a junction with a policy of its own is not flattened', async (t) => {
  const error = new Error('broken')
  class Tolerant extends FanIn<number> {
    override readonly errorPolicy: ErrorPolicy = () => ({
      onError: () => DONE,
      wrapOutput: (output) => output,
    })
  }
  const failing = (): Iterable<number> => {
    throw error
  }
  const inner = new Tolerant(chainJunction(), [failing, [1]], 'iter', {})
  const outer = new FanIn<number>(chainJunction(), [toIterable(inner, {}), [2], failing], 'iter', {})
  const items: number[] = []
  t.throws(() => {
    for (const item of toIterable(outer, {})) items.push(item)
  }, error)
  t.strictSame(items, [1, 2])
})
