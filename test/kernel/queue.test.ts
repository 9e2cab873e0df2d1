import fc from 'fast-check'
import t from 'tap'
import { Queue } from '../../lib/kernel/queue.ts'

const operations = fc.array(
  fc.oneof(fc.nat(), fc.constant('shift' as const), fc.constantFrom('clear' as const, 'takeAll' as const)),
)

t.test('a queue returns what was pushed, in order, as an array does', async (t) => {
  const property = fc.property(operations, (steps) => {
    const queue = new Queue<number>()
    const model: number[] = []
    for (const step of steps) {
      if (step === 'clear') {
        queue.clear()
        model.length = 0
      } else if (step === 'takeAll') {
        if (queue.takeAll().join() !== model.splice(0).join()) return false
      } else if (step === 'shift') {
        if (queue.shift() !== model.shift()) return false
      } else {
        queue.push(step)
        model.push(step)
      }
      if (queue.length !== model.length || queue.peek() !== model[0]) return false
    }
    return true
  })
  t.doesNotThrow(() => fc.assert(property, { numRuns: 500 }))
})

t.test(
  'a queue keeps its order when it grows while its oldest item is in the middle of the buffer',
  async (t) => {
    const queue = new Queue<number>()
    const taken: (number | undefined)[] = []
    for (let i = 0; i < 1000; i++) {
      queue.push(i)
      if (i % 3 === 2) taken.push(queue.shift())
    }
    while (queue.length > 0) taken.push(queue.shift())
    t.same(
      taken,
      Array.from({ length: 1000 }, (_, i) => i),
    )
    t.equal(queue.shift(), undefined)
  },
)
