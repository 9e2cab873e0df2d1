import fc from 'fast-check'
import t from 'tap'
import { LoserTree } from '../../../lib/fan-in/merge/loser-tree.ts'
import { aheadBy } from '../../../lib/fan-in/tournament.ts'

t.test('the winner has the least key, with ties broken by index, whichever players drop out', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(4), { maxLength: 6 }), { maxLength: 9 }), (columns) => {
        const queues = columns.map((column) => [...column].sort((a, b) => a - b))
        const players = queues.map((queue) => ({ key: queue[0] ?? 0, out: queue.length === 0 }))
        const tree = new LoserTree(
          aheadBy(players, (a, b) => a < b),
          [...players.keys()],
        )
        const got: string[] = []
        for (let player = players[tree.winner]; player?.out === false; player = players[tree.winner]) {
          const queue = queues[tree.winner] as number[]
          got.push(`${queue.shift()}.${tree.winner}`)
          if (queue[0] === undefined) player.out = true
          else player.key = queue[0]
          tree.replay()
        }
        const wanted = columns.flatMap((column, i) => column.map((key) => `${key}.${i}`)).sort()
        return JSON.stringify(got) === JSON.stringify(wanted)
      }),
    ),
  )
})

t.test('a subset of the players can play; without players there is no winner', async (t) => {
  const players = [5, 1, 4, 2].map((key) => ({ key, out: false }))
  const isAhead = aheadBy(players, (a, b) => a < b)
  t.equal(new LoserTree(isAhead, [0, 2]).winner, 2)
  t.equal(new LoserTree(isAhead, [3]).winner, 3)
  t.equal(new LoserTree(isAhead, []).winner, -1)
})
