import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { Heap } from '../../lib/fan-in/heap.ts'

t.test('a heap gives what is in it from the first to the last, whenever it is asked', async (t) => {
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
