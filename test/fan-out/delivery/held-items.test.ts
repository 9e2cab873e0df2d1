import fc from 'fast-check'
import t from 'tap'
import { Account } from '../../../lib/fan-out/account.ts'
import type { Consumer } from '../../../lib/fan-out/delivery/delivery.ts'
import type { Gaps } from '../../../lib/fan-out/delivery/gaps.ts'
import { HeldItems } from '../../../lib/fan-out/delivery/held-items.ts'
import { block } from '../../../lib/fan-out/overflow/block.ts'

class Reader extends Account implements Consumer {
  readonly policy = block
  readonly blocked = false
  position = 0
  gaps: Gaps | undefined
  wakeWaiting(): void {}
  wakeBlocked(): void {}
  detachWith(): void {}

  constructor(index: number) {
    super(index, { maxlen: Infinity })
  }
}

const command = fc.oneof(
  fc.string({ maxLength: 3 }).map((push) => ({ push })),
  fc.nat(2).map((take) => ({ take })),
  fc.nat(2).map((skip) => ({ skip })),
  fc.nat(2).map((drop) => ({ drop })),
  fc.nat(2).map((join) => ({ join })),
)

t.test(
  'a branch receives, in order, the items neither skipped nor dropped for it, and ends at the same position as the others',
  async (t) => {
    t.doesNotThrow(() =>
      fc.assert(
        fc.property(fc.array(command, { maxLength: 80 }), (commands) => {
          const held = new HeldItems<string>(true)
          const pushed: string[] = []
          const readers = [0, 1, 2].map((index) => new Reader(index))
          /** The items that each reader has yet to receive. */
          const due: string[][] = [[], [], []]
          /** For each reader, the position at which its newest item was dropped. */
          const dropped = new Map<Reader, number>()
          const bytesBefore = (position: number): number =>
            pushed.slice(0, position).reduce((bytes, item) => bytes + Buffer.byteLength(item), 0)
          for (const step of commands) {
            if ('push' in step) {
              pushed.push(step.push)
              held.push(step.push, readers.length)
              for (const items of due) items.push(step.push)
              continue
            }
            const [index = 0] = Object.values(step)
            const reader = readers[index] as Reader
            const items = due[index] as string[]
            if (held.has(reader) !== items.length > 0) return false
            if ('join' in step) {
              // The reader leaves, and joins again as if it had taken everything so far.
              if (held.leave(reader).join() !== items.join()) return false
              if (held.has(reader)) return false
              reader.taken = bytesBefore(held.head)
              held.join(reader, held.head)
              items.length = 0
            } else if (items.length === 0) {
              continue
            } else if ('drop' in step) {
              if (dropped.get(reader) === held.head) continue
              held.drop(reader, held.head - 1)
              dropped.set(reader, held.head)
              items.pop()
            } else if ('skip' in step) {
              held.skip(reader)
              items.shift()
            } else {
              const item = held.take(reader)
              reader.taken += held.sizeOf(item)
              if (item !== items.shift()) return false
            }
            if (reader.taken !== bytesBefore(reader.position)) return false
          }
          return true
        }),
      ),
    )
  },
)

t.test('items that a branch has passed or already skips are not dropped', async (t) => {
  const held = new HeldItems<string>(false)
  const [reader, other] = [new Reader(0), new Reader(1)]
  for (const item of ['a', 'b', 'c']) held.push(item, 2)
  t.equal(held.take(reader), 'a')
  t.equal(held.drop(reader, 0), 0)
  t.equal(held.drop(reader, 2), 1)
  t.equal(held.drop(reader, 2), 0)
  t.strictSame(held.leave(reader), ['b'])
  t.strictSame(held.leave(other), ['a', 'b', 'c'])
})
