import fc from 'fast-check'
import t from 'tap'
import { LoserTree } from '../../lib/fan-in/loser-tree.ts'

t.test('the winner is the least key, ties by index, whatever drops out', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(4), { maxLength: 6 }), { maxLength: 9 }), (columns) => {
        const queues = columns.map((column) => [...column].sort((a, b) => a - b))
        const players = queues.map((queue, index) => ({ index, key: queue[0] ?? 0, out: queue.length === 0 }))
        const tree = new LoserTree(players, (a: number, b: number) => a < b)
        const got: string[] = []
        for (let { winner } = tree; winner !== undefined; { winner } = tree) {
          const queue = queues[winner.index] as number[]
          got.push(`${queue.shift()}.${winner.index}`)
          if (queue[0] === undefined) winner.out = true
          else winner.key = queue[0]
          tree.replay()
        }
        const wanted = columns.flatMap((column, i) => column.map((key) => `${key}.${i}`)).sort()
        return JSON.stringify(got) === JSON.stringify(wanted)
      }),
    ),
  )
})
