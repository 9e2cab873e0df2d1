import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import fc from 'fast-check'
import t from 'tap'
import { assertFields } from '../instruments/expect.ts'
import { faces } from '../instruments/faces.ts'
import { build, trees, type Account } from '../instruments/trees.ts'

for (const face of faces) {
  t.test(`E1, DTR, C1, X1: any tree of junctions (${face.name}) equals its eager equivalent`, async (t) => {
    const property = fc.asyncProperty(
      trees,
      fc.option(fc.integer({ min: 1, max: 6 })),
      async (tree, most) => {
        const account: Account = { opened: 0, closed: 0 }
        const { output, eager } = build(tree, face, account)
        // A stage over a function could be iterated synchronously too, where what it gives can.
        const iterator =
          face.name === 'iter'
            ? face.iterate(output as Iterable<number>)
            : (output as AsyncIterable<number>)[Symbol.asyncIterator]()
        const items: number[] = []
        const run = async (): Promise<Error | undefined> => {
          try {
            while (items.length !== most) {
              const result = await iterator.next()
              if (result.done === true) return undefined
              items.push(result.value)
            }
            // What a stream fails with while it is closed is a fault of closing.
            await iterator
              .return?.()
              .catch((fault: unknown) => assertFields(fault, { code: 'ERR_FANPIPE_CLOSE' }))
          } catch (error) {
            return error as Error
          }
          return undefined
        }
        const error = await Promise.race([run(), setTimeout(5000, 'hangs', { ref: false })])
        const wanted = most === null ? eager.items : eager.items.slice(0, most)
        assert.deepEqual(items, wanted)
        assert.equal(error, items.length === most ? undefined : eager.error)
        for (let waited = 0; account.closed < account.opened && waited < 100; waited++) await setTimeout(1)
        assert.equal(account.closed, account.opened)
      },
    )
    await t.resolves(fc.assert(property, { numRuns: 300 }))
  })
}
