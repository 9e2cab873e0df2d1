import fc from 'fast-check'
import t from 'tap'
import { Cleanup } from '../../lib/kernel/cleanup.ts'
import { Readiness } from '../../lib/kernel/readiness.ts'
import { Scope } from '../../lib/kernel/scope.ts'

/** A scope that counts how often it was woken, and the readiness of inputs below it. */
function setUp() {
  const woken = { times: 0 }
  const failures: Error[] = []
  const wakers = { wake: () => void woken.times++, fail: (error: Error) => void failures.push(error) }
  const scope = new Scope('async', wakers, new Cleanup(1000))
  return { scope, woken, failures, readiness: new Readiness(scope) }
}

const takeAll = (readiness: Readiness): number[] => {
  const taken: number[] = []
  for (let input = readiness.take(); input !== undefined; input = readiness.take()) taken.push(input)
  return taken
}

t.test('an input that is woken is ready, once, and wakes the scope above each time', async (t) => {
  const { readiness, woken } = setUp()
  const scopes = [0, 1, 2].map((input) => readiness.scopeOf(input))
  t.strictSame(takeAll(readiness), [], 'nothing is ready at first')
  for (const input of [2, 0, 2]) scopes[input]?.wake()
  t.equal(woken.times, 3)
  t.strictSame(takeAll(readiness), [2, 0], 'in the order in which they became ready')
  t.strictSame(takeAll(readiness), [])
})

t.test('an input that is woken while it is asked is taken again', async (t) => {
  const { readiness } = setUp()
  const scope = readiness.scopeOf(0)
  scope.wake()
  t.equal(readiness.take(), 0)
  scope.wake()
  t.equal(readiness.take(), 0)
  t.equal(readiness.take(), undefined)
})

t.test('only waking is changed: an input closes and fails in the scope above', async (t) => {
  const { readiness, scope, failures } = setUp()
  const below = readiness.scopeOf(0)
  t.equal(below.cleanup, scope.cleanup)
  t.equal(below.face, scope.face)
  const error = new Error('boom')
  below.fail(error)
  t.strictSame(failures, [error])
  t.equal(readiness.take(), undefined)
})

t.test('whatever is woken and taken, what is ready is a queue without duplicates', async (t) => {
  const steps = fc.array(fc.oneof(fc.nat(9), fc.constant('take' as const)))
  const property = fc.property(steps, (steps) => {
    const { readiness } = setUp()
    const scopes = Array.from({ length: 10 }, (_, input) => readiness.scopeOf(input))
    const model = new Set<number>()
    for (const step of steps) {
      if (step === 'take') {
        const [first] = model
        if (first !== undefined) model.delete(first)
        if (readiness.take() !== first) return false
      } else {
        scopes[step]?.wake()
        model.add(step)
      }
    }
    return JSON.stringify(takeAll(readiness)) === JSON.stringify([...model])
  })
  t.doesNotThrow(() => fc.assert(property))
})
