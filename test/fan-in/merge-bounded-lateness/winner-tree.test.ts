import fc from 'fast-check'
import t from 'tap'
import { WinnerTree } from '../../../lib/fan-in/merge-bounded-lateness/winner-tree.ts'

const first = (keys: readonly number[]): number => keys.indexOf(Math.min(...keys))

t.test('the winner is the first player with the least key, whichever key changes', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(
        fc.array(fc.nat(5), { minLength: 1, maxLength: 20 }),
        fc.array(fc.tuple(fc.nat(19), fc.nat(5)), { maxLength: 40 }),
        (keys, changes) => {
          const tree = new WinnerTree((a, b) => {
            const [keyOfA, keyOfB] = [keys[a] as number, keys[b] as number]
            return keyOfA < keyOfB || (keyOfA === keyOfB && a < b)
          }, keys.length)
          if (tree.winner !== first(keys)) return false
          return changes.every(([player, key]) => {
            keys[player % keys.length] = key
            tree.update(player % keys.length)
            return tree.winner === first(keys)
          })
        },
      ),
    ),
  )
  t.equal(new WinnerTree(() => true, 0).winner, -1)
})

t.test('changing any player costs one match per level', async (t) => {
  for (const size of [1, 2, 7, 64, 1000]) {
    let matches = 0
    const tree = new WinnerTree((a, b) => {
      matches++
      return a < b
    }, size)
    t.equal(matches, Math.max(0, size - 1))
    for (let player = 0; player < size; player++) {
      matches = 0
      tree.update(player)
      t.ok(matches <= Math.ceil(Math.log2(size)))
    }
  }
})
