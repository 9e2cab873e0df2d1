import { CloseError } from '../errors.ts'
import { Cleanup } from '../kernel/cleanup.ts'
import { closeAll } from '../kernel/cursor.ts'
import { closedWith, type Origins } from '../kernel/origins.ts'
import { Place } from '../kernel/place.ts'
import type { Target } from './target.ts'

/** A target, and what error messages call it. */
export interface NamedTarget {
  readonly target: Target
  readonly name: string
}

/**
 * Destroys the targets of a sink that has failed, and waits until they have closed, for `timeout` at most. What goes wrong then
 * is recorded as errors from closing.
 */
export function destroyTargets(
  targets: readonly NamedTarget[],
  error: Error,
  timeout: number,
  origins: Origins,
): void | Promise<void> {
  const cleanup = new Cleanup(timeout)
  const place = Place.root()
  closedWith(error, origins)
  const closing = closeAll(
    targets.map(({ target, name }, i) => ({
      close: () => cleanup.close(place.input(i, name, 0, 'anything', undefined), () => target.destroy(error)),
    })),
  )
  const record = (): void => {
    const found = cleanup.faults()
    if (found === undefined) return
    const late = found.unclosed.map(([step]) => new Error(`${step?.label} did not close in time`))
    origins.noteFaults(error, new CloseError([...found.faults, ...late], []))
  }
  if (closing !== undefined) return closing.then(record)
  record()
}
