import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import t from 'tap'
import { Ring } from '../../../lib/fan-out/delivery/ring.ts'

t.test('a ring keeps nothing that all have taken or that was truncated', async (t) => {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  const ring = new Ring<object>()
  const fill = (): WeakRef<object>[] =>
    Array.from({ length: 40 }, () => {
      const item = {}
      ring.push(item, 2)
      return new WeakRef(item)
    })
  const items = fill()
  for (let i = 0; i < 20; i++) ring.take(i)
  for (let i = 0; i < 10; i++) ring.take(i)
  ring.truncate(30)
  await new Promise(setImmediate)
  collectGarbage()
  const kept = (): boolean[] => items.map((item) => item.deref() !== undefined)
  t.strictSame(
    kept(),
    items.map((_, i) => i >= 10 && i < 30),
  )
  ring.releaseFrom(10)
  await new Promise(setImmediate)
  collectGarbage()
  t.strictSame(
    kept(),
    items.map((_, i) => i >= 20 && i < 30),
    'one who leaves wants nothing more',
  )
})

t.test('each reader of a ring takes what was pushed, in order, until it leaves', async (t) => {
  const command = fc.oneof(
    fc.nat(40).map((push) => ({ push })),
    fc.tuple(fc.nat(2), fc.nat(60)).map(([reader, take]) => ({ reader, take })),
    fc.nat(2).map((leaver) => ({ leaver })),
    fc.nat(3).map((truncate) => ({ truncate })),
  )
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const ring = new Ring<number>()
        const pushed: number[] = []
        const live = new Map([0, 1, 2].map((reader) => [reader, 0]))
        let next = 0
        for (const step of commands) {
          if ('push' in step) {
            for (let i = 0; live.size > 0 && i < step.push; i++) {
              pushed.push(next)
              ring.push(next++, live.size)
            }
          } else if ('leaver' in step) {
            const position = live.get(step.leaver)
            if (position !== undefined) ring.releaseFrom(position)
            live.delete(step.leaver)
          } else if ('truncate' in step) {
            pushed.length = Math.max(0, ...live.values(), pushed.length - step.truncate)
            ring.truncate(pushed.length)
          } else {
            let position = live.get(step.reader)
            if (position === undefined) continue
            for (let i = 0; i < step.take && position < pushed.length; i++, position++)
              if (ring.take(position) !== pushed[position]) return false
            live.set(step.reader, position)
          }
          if (live.size > 0 && ring.head !== pushed.length) return false
        }
        return true
      }),
    ),
  )
})
