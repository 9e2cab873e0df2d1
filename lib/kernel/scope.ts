import { SourceError } from '../errors.ts'
import type { Cleanup } from './cleanup.ts'
import { ORIGINS, type Origins } from './origins.ts'
import { withOrigin, type Place } from './place.ts'
import { isObject } from './guards.ts'

export type Face = 'iter' | 'async' | 'streams'

/** How a running is told that it may go on, and that it has failed from outside. */
export interface Wakers {
  /** Something that was pending may have news. */
  wake(): void
  fail(error: Error): void
  /** It cannot be woken: a pull has to answer. */
  readonly mustAnswer?: boolean
}

/**
 * What the cursors of one opening share: whom to wake, and how to close.
 *
 * One scope a root, and one of its own for every hub, because a hub wakes several roots.
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

  /** The same, for one who wants to be woken by himself. */
  waking(wake: () => void): Scope {
    return new Scope(this.face, { wake, fail: this.fail }, this.cleanup)
  }

  /** The same, for one who wants to be told of failures himself. */
  failing(fail: (error: Error) => void): Scope {
    return new Scope(this.face, { wake: this.wake, fail }, this.cleanup)
  }

  /** The same, where other values are welcome. */
  inFace(face: Face): Scope {
    return new Scope(face, this, this.cleanup)
  }

  closing(place: Place, close: () => unknown): void | Promise<void> {
    return this.cleanup.close(place, close)
  }

  /**
   * The source's own error, its origin noted; a stream cannot fail with a primitive, so there it is wrapped. The source
   * may be an output of ours, which knows more.
   */
  normalizeError(error: unknown, place: Place, source?: object): unknown {
    if (!isObject(error))
      return this.face === 'streams' ? withOrigin(new SourceError(place.path(), error), place) : error
    const inner = (source as { readonly [ORIGINS]?: Origins } | undefined)?.[ORIGINS]
    if (inner !== undefined) place.origins.include(inner)
    return withOrigin(error, place, inner?.pathOf(error))
  }
}
