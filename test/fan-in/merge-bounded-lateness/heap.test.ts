import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { Heap } from '../../../lib/fan-in/merge-bounded-lateness/heap.ts'

t.test('a heap returns its entries in order, however pushes and pops are mixed', async (t) => {
  const property = fc.property(fc.array(fc.option(fc.nat(20))), (steps) => {
    const heap = new Heap<number>((a, b) => a < b)
    let model: number[] = []
    for (const step of steps) {
      if (step === null) {
        assert.equal(heap.pop(), model[0])
        model = model.slice(1)
      } else {
        heap.push(step)
        model = [...model, step].sort((a, b) => a - b)
      }
      assert.equal(heap.top, model[0])
    }
    for (const item of model) assert.equal(heap.pop(), item)
    assert.equal(heap.pop(), undefined)
  })
  t.doesNotThrow(() => fc.assert(property))
})
