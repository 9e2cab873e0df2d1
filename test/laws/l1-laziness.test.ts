import type { Readable } from 'node:stream'
import t from 'tap'
import type { SyncSource } from '../../lib/iter.ts'
import { collect, faces } from '../instruments/faces.ts'
import { junctionsOf } from '../instruments/junctions.ts'
import { counting, panicking } from '../instruments/sources.ts'

for (const face of faces) {
  for (const junction of junctionsOf(face)) {
    t.test(`L1: ${junction.name} (${face.name}) opens nothing before the first demand`, async (t) => {
      let opened = false
      const input = () => {
        opened = true
        return [1]
      }
      const output = junction.build(face, [input as unknown as Iterable<number>])
      await new Promise(setImmediate)
      t.equal(opened, false)
      await collect(output)
      t.equal(opened, true)
    })
  }

  t.test(`L1: a chain (${face.name}) never opens an input it does not reach`, async (t) => {
    t.strictSame(await collect(face.api.fence(2)(face.api.chain([[1, 2], panicking]))), [1, 2])
  })

  for (const [name, join] of [
    ['chain', face.api.chain],
    ['mergeReady', face.api.mergeReady],
    ['mergeReady of 2 at once', (inputs) => face.api.mergeReady(inputs, { maxOpen: 2 })],
  ] as [string, (inputs: Iterable<number[]>) => Iterable<number>][])
    t.test(`L1: the inputs of a ${name} (${face.name}) may be lazy and endless`, async (t) => {
      let drawn = 0
      function* inputs() {
        for (;;) yield [drawn++]
      }
      t.strictSame(await collect(face.api.fence<number>(3)(join(inputs()))), [0, 1, 2])
      t.ok(drawn <= (name === 'chain' ? 3 : 5), `${drawn} drawn`)
    })

  t.test(`L1: fence(0) (${face.name}) opens nothing, and completes`, async (t) => {
    t.strictSame(await collect(face.api.fence(0)(panicking)), [])
  })

  for (const name of ['chain', 'roundRobin', 'merge', 'mergeReady'] as const) {
    for (const kind of ['source', 'asyncSource'] as const) {
      if (face.name === 'iter' && kind === 'asyncSource') continue
      t.test(
        `L1: a fence over ${name} of a ${kind} (${face.name}) pulls no more items than it emits`,
        async (t) => {
          const inputs = [counting(), counting()]
          const join: (inputs: Iterable<SyncSource<number>>) => Iterable<number> = face.api[name]
          const output = face.api.fence<number>(4)(
            join(inputs.map((input) => input[kind] as Iterable<number>)),
          )
          t.equal((await collect(output)).length, 4)
          const taken = inputs.reduce((sum, input) => sum + input.taken(), 0)
          // All inputs are opened, which requests the first item of each async one.
          const heads = name === 'merge' || (name !== 'chain' && kind === 'asyncSource') ? 1 : 0
          const ahead = face.name === 'streams' ? 16 : 0
          t.ok(taken >= 4 && taken <= 4 + heads + ahead, `${taken} taken`)
        },
      )
    }
  }

  t.test(
    `L1: a Readable output (${face.name}) reads ahead no more than its highWaterMark`,
    { skip: face.name !== 'streams' && 'only Readables read ahead' },
    async (t) => {
      const input = counting()
      const options: object = { highWaterMark: 3 }
      const output = face.api.chain([input.source], options) as unknown as Readable
      output.read(0)
      for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
      t.equal(input.taken(), 3)
      output.destroy()
    },
  )
}
