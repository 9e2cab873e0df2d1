import t from 'tap'
import { systemClock } from '../../lib/kernel/clock.ts'

t.test('a timer of the system clock does not keep the process alive', async (t) => {
  const timer = systemClock.setTimeout(() => undefined, 1e6) as NodeJS.Timeout
  t.equal(timer.hasRef(), false)
  systemClock.clearTimeout(timer)
  const { setTimeout } = globalThis
  t.teardown(() => (globalThis.setTimeout = setTimeout))
  globalThis.setTimeout = (() => 7) as never
  t.equal(
    systemClock.setTimeout(() => undefined, 1),
    7,
    'timers may be numbers, as in a browser',
  )
})
