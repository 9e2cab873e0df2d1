import { CloseError, SourceError } from '../errors.ts'
import type { Cleanup } from './cleanup.ts'
import { ORIGINS, type Origins } from './origins.ts'
import { takeOverParts, withOrigin, type Place } from './place.ts'
import { isObject } from './guards.ts'

export type Face = 'iter' | 'async' | 'streams'

/** How a run learns that it may continue, or that it was aborted from outside. */
export interface Wakers {
  /** A cursor that returned PENDING may have an item now. */
  wake(): void
  fail(error: Error): void
  /** An input is left open, so nothing may be read ahead from now on. */
  onLeftOpen?(): void
  /** Nobody can be woken, so a pull must return an item or throw, never PENDING. */
  readonly mustAnswer?: boolean
}

const noop = (): void => undefined
/** For a run that nobody waits for. */
export const noWakers: Wakers = { wake: noop, fail: noop }

/**
 * What the cursors of one run share: the face, whom to wake, whom to tell of a failure, and the cleanup.
 *
 * Each root has its own scope, and so does each hub, because a hub wakes several roots.
 */
export class Scope implements Wakers {
  readonly face: Face
  readonly wake: () => void
  readonly fail: (error: Error) => void
  readonly mustAnswer: boolean
  readonly cleanup: Cleanup

  constructor(face: Face, wakers: Wakers, cleanup: Cleanup) {
    this.face = face
    this.wake = wakers.wake
    this.fail = wakers.fail
    this.mustAnswer = wakers.mustAnswer === true
    this.cleanup = cleanup
  }

  /** A copy of this scope with its own `wake`. */
  waking(wake: () => void): Scope {
    return new Scope(this.face, { wake, fail: this.fail, mustAnswer: this.mustAnswer }, this.cleanup)
  }

  /** A copy of this scope with its own `fail`. */
  failing(fail: (error: Error) => void): Scope {
    return new Scope(this.face, { wake: this.wake, fail, mustAnswer: this.mustAnswer }, this.cleanup)
  }

  /** A copy of this scope for another face. */
  inFace(face: Face): Scope {
    return new Scope(face, this, this.cleanup)
  }

  /** Reports what went wrong while closing a separate run that is read at `place`. */
  adopting(place: Place): (faults: CloseError) => void {
    const above = place.path()
    return ({ faults, unclosed, delayed }) => {
      const paths = unclosed.map((path) => [...above, ...path])
      this.cleanup.adopt(new CloseError(faults, paths, delayed))
    }
  }

  closing(place: Place, close: () => unknown): void | Promise<void> {
    return this.cleanup.close(place, close)
  }

  /**
   * Records where the error came from and returns it. In the streams face a primitive is wrapped, because a stream cannot
   * fail with one. If the source is itself an output of fanpipe, its own record extends the path.
   */
  normalizeError(error: unknown, place: Place, source?: object): unknown {
    if (!isObject(error))
      return this.face === 'streams' ? withOrigin(new SourceError(place.path(), error), place) : error
    const sourceOrigins = (source as { readonly [ORIGINS]?: Origins } | undefined)?.[ORIGINS]
    if (sourceOrigins !== undefined) {
      place.origins.include(sourceOrigins)
      takeOverParts(error, place, sourceOrigins)
    }
    return withOrigin(error, place, sourceOrigins?.pathOf(error))
  }
}
