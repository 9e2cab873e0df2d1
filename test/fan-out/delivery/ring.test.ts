import fc from 'fast-check'
import t from 'tap'
import { Ring } from '../../../lib/fan-out/delivery/ring.ts'
import { collectGarbage } from '../../instruments/memory.ts'

t.test('a ring retains no items that all readers have taken or that were truncated', async (t) => {
  const ring = new Ring<object>()
  const fill = (): WeakRef<object>[] =>
    Array.from({ length: 40 }, () => {
      const item = {}
      ring.push(item, 2)
      return new WeakRef(item)
    })
  const items = fill()
  for (let i = 0; i < 20; i++) ring.takeAt(i)
  for (let i = 0; i < 10; i++) ring.takeAt(i)
  ring.truncate(30)
  await new Promise(setImmediate)
  collectGarbage()
  const kept = (): boolean[] => items.map((item) => item.deref() !== undefined)
  t.strictSame(
    kept(),
    items.map((_, i) => i >= 10 && i < 30),
  )
  for (let i = 10; i < ring.head; i++) ring.takeAt(i)
  await new Promise(setImmediate)
  collectGarbage()
  t.strictSame(
    kept(),
    items.map((_, i) => i >= 20 && i < 30),
    'a reader that leaves needs no more items',
  )
})

t.test('each reader of a ring takes every item once, in any order', async (t) => {
  const command = fc.oneof(
    fc.nat(40).map((push) => ({ push })),
    fc.tuple(fc.nat(2), fc.nat(60)).map(([reader, take]) => ({ reader, take })),
    fc.tuple(fc.nat(2), fc.nat(60)).map(([reader, pick]) => ({ reader, pick })),
    fc.nat(2).map((leaver) => ({ leaver })),
    fc.nat(3).map((truncate) => ({ truncate })),
  )
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const ring = new Ring<number>()
        const pushed: number[] = []
        /** The positions that each reader has not taken yet. */
        const open = new Map<number, number[]>([0, 1, 2].map((reader) => [reader, []]))
        let next = 0
        let mostTaken = 0
        const take = (position: number): boolean => {
          mostTaken = Math.max(mostTaken, position + 1)
          return ring.takeAt(position) === pushed[position]
        }
        for (const step of commands) {
          if ('push' in step) {
            for (let i = 0; open.size > 0 && i < step.push; i++) {
              for (const positions of open.values()) positions.push(pushed.length)
              pushed.push(next)
              ring.push(next++, open.size)
            }
          } else if ('leaver' in step) {
            if (open.get(step.leaver)?.every(take) === false) return false
            open.delete(step.leaver)
          } else if ('truncate' in step) {
            pushed.length = Math.max(mostTaken, pushed.length - step.truncate)
            ring.truncate(pushed.length)
            for (const [reader, positions] of open)
              open.set(
                reader,
                positions.filter((position) => position < pushed.length),
              )
          } else {
            const positions = open.get(step.reader) ?? []
            const taken =
              'take' in step ? positions.splice(0, step.take) : positions.splice(step.pick % 16, 1)
            if (!taken.every(take)) return false
          }
          if (open.size > 0 && ring.head !== pushed.length) return false
        }
        return true
      }),
    ),
  )
})
