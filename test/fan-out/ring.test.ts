import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import t from 'tap'
import { Ring } from '../../lib/fan-out/ring.ts'

t.test('a ring keeps nothing that was released or truncated', async (t) => {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  const ring = new Ring<object>()
  const fill = (): WeakRef<object>[] =>
    Array.from({ length: 40 }, () => {
      const item = {}
      ring.push(item)
      return new WeakRef(item)
    })
  const items = fill()
  ring.release(10)
  ring.truncate(30)
  await new Promise(setImmediate)
  collectGarbage()
  t.strictSame(
    items.map((item) => item.deref() !== undefined),
    items.map((_, i) => i >= 10 && i < 30),
  )
})

t.test('a ring gives at each position what was pushed there, between its tail and its head', async (t) => {
  const command = fc.oneof(
    fc.nat(40).map((push) => ({ push })),
    fc.nat(40).map((release) => ({ release })),
    fc.nat(3).map((truncate) => ({ truncate })),
  )
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(command), (commands) => {
        const ring = new Ring<number>()
        const model: number[] = []
        let [tail, next] = [0, 0]
        for (const step of commands) {
          if ('push' in step) {
            for (let i = 0; i < step.push; i++) {
              ring.push(next)
              model.push(next++)
            }
          } else if ('release' in step) {
            tail = Math.min(tail + step.release, model.length)
            ring.release(tail)
          } else {
            model.length = Math.max(tail, model.length - step.truncate)
            ring.truncate(model.length)
          }
          if (ring.head !== model.length) return false
          for (let i = tail; i < model.length; i++) if (ring.at(i) !== model[i]) return false
        }
        return true
      }),
    ),
  )
})
