import fc from 'fast-check'
import t from 'tap'
import { LoserTree } from '../../lib/fan-in/loser-tree.ts'

t.test('the winner is the least key, ties by index, whatever drops out', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(4), { maxLength: 6 }), { maxLength: 9 }), (columns) => {
        const queues = columns.map((column) => [...column].sort((a, b) => a - b))
        const out = queues.map((queue) => queue.length === 0)
        const tree = new LoserTree(
          queues.map((queue) => queue[0] ?? 0),
          out,
          (a, b) => a < b,
        )
        const got: string[] = []
        for (let winner = tree.winner; winner !== undefined; winner = tree.winner) {
          const queue = queues[winner] as number[]
          got.push(`${queue.shift()}.${winner}`)
          if (queue[0] === undefined) {
            tree.dropOut()
          } else {
            tree.keys[winner] = queue[0]
            tree.replay()
          }
        }
        const wanted = columns.flatMap((column, i) => column.map((key) => `${key}.${i}`)).sort()
        return JSON.stringify(got) === JSON.stringify(wanted)
      }),
    ),
  )
})
