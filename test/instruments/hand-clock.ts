import { setImmediate } from 'node:timers/promises'

/** A fake clock: time passes only when `advance` is called. */
export function handClock() {
  let now = 0
  const timers = new Map<unknown, { readonly due: number; readonly callback: () => void }>()
  return {
    timers,
    clock: {
      now: () => now,
      setTimeout(callback: () => void, after: number): unknown {
        const timer = {}
        timers.set(timer, { due: now + after, callback })
        return timer
      },
      clearTimeout: (timer: unknown) => void timers.delete(timer),
    },
    async advance(by: number): Promise<void> {
      now += by
      for (const [timer, { due, callback }] of [...timers]) {
        if (due > now) continue
        timers.delete(timer)
        callback()
      }
      await settled()
    },
  }
}

/** Resolves once everything that can happen without further input has happened. */
export const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await setImmediate()
}
