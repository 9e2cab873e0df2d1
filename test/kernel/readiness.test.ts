import fc from 'fast-check'
import t from 'tap'
import { Cleanup } from '../../lib/kernel/cleanup.ts'
import { Readiness } from '../../lib/kernel/readiness.ts'
import { Scope } from '../../lib/kernel/scope.ts'

/** A scope that counts how often it is woken, and a Readiness for inputs below it. */
function setUp() {
  const woken = { times: 0 }
  const failures: Error[] = []
  const wakers = { wake: () => void woken.times++, fail: (error: Error) => void failures.push(error) }
  const scope = new Scope('async', wakers, new Cleanup(1000))
  return { scope, woken, failures, readiness: new Readiness<Numbered>(scope) }
}

interface Numbered {
  readonly index: number
  isReady: boolean
}
const input = (index: number): Numbered => ({ index, isReady: false })

const takeAll = (readiness: Readiness<Numbered>): number[] => {
  const taken: number[] = []
  for (let input = readiness.take(); input !== undefined; input = readiness.take()) taken.push(input.index)
  return taken
}

t.test('a woken input becomes ready once, and wakes the parent scope each time', async (t) => {
  const { readiness, woken } = setUp()
  const scopes = [0, 1, 2].map((index) => readiness.scopeOf(input(index)))
  t.strictSame(takeAll(readiness), [], 'nothing is ready at first')
  for (const index of [2, 0, 2]) scopes[index]?.wake()
  t.equal(woken.times, 3)
  t.strictSame(takeAll(readiness), [2, 0], 'in the order in which they became ready')
  t.strictSame(takeAll(readiness), [])
})

t.test('an input that is woken while it is polled is taken again', async (t) => {
  const { readiness } = setUp()
  const scope = readiness.scopeOf(input(0))
  scope.wake()
  t.equal(readiness.take()?.index, 0)
  scope.wake()
  t.equal(readiness.take()?.index, 0)
  t.equal(readiness.take(), undefined)
})

t.test('an input can be marked as ready without waking the scope, and is then listed once', async (t) => {
  const { readiness, woken } = setUp()
  const [a, b] = [input(0), input(1)]
  const scope = readiness.scopeOf(a)
  for (const ready of [b, a, b]) readiness.add(ready)
  t.equal(woken.times, 0)
  scope.wake()
  t.equal(readiness.size, 2)
  t.strictSame(takeAll(readiness), [1, 0])
  t.equal(readiness.size, 0)
})

t.test('only waking differs: an input closes and fails in the parent scope', async (t) => {
  const { readiness, scope, failures } = setUp()
  const below = readiness.scopeOf(input(0))
  t.equal(below.cleanup, scope.cleanup)
  t.equal(below.face, scope.face)
  const error = new Error('boom')
  below.fail(error)
  t.strictSame(failures, [error])
  t.equal(readiness.take(), undefined)
})

t.test('whatever is woken and taken, the ready inputs form a queue without duplicates', async (t) => {
  const steps = fc.array(fc.oneof(fc.nat(9), fc.constant('take' as const)))
  const property = fc.property(steps, (steps) => {
    const { readiness } = setUp()
    const scopes = Array.from({ length: 10 }, (_, index) => readiness.scopeOf(input(index)))
    const model = new Set<number>()
    for (const step of steps) {
      if (step === 'take') {
        const [first] = model
        if (first !== undefined) model.delete(first)
        if (readiness.take()?.index !== first) return false
      } else {
        scopes[step]?.wake()
        model.add(step)
      }
    }
    return JSON.stringify(takeAll(readiness)) === JSON.stringify([...model])
  })
  t.doesNotThrow(() => fc.assert(property))
})
