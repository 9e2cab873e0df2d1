import { limitOf } from '../lag.ts'
import type { Verdict } from '../overflow/verdict.ts'
import type { Consumer } from './delivery.ts'
import type { HeldItems } from './held-items.ts'

/** Carries out the verdict of the laggard's policy, when `puller` would otherwise get too far ahead. */
export function carryOut<T>(
  verdict: Verdict,
  laggard: Consumer,
  puller: Consumer,
  items: HeldItems<T>,
): void {
  if (verdict.kind === 'skip') skip(verdict.which, laggard, puller, items)
  if (verdict.kind === 'detach') {
    items.drop(laggard, puller.position)
    laggard.detachWith(verdict.error)
  }
}

/** Skips the oldest items until the puller's item fits or nothing older is left; if it still does not fit, skips that too. */
function skip<T>(which: 'oldest' | 'newest', laggard: Consumer, puller: Consumer, items: HeldItems<T>): void {
  const isTooFar = (): boolean => limitOf(laggard) <= puller.taken
  while (which === 'oldest' && laggard.position < puller.position && isTooFar())
    laggard.countDropped(items.skip(laggard))
  if (isTooFar()) laggard.countDropped(items.drop(laggard, puller.position))
}
