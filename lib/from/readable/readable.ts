import type { Cursor } from '../../kernel/cursor.ts'
import { claim } from '../../kernel/ownership.ts'
import type { Place } from '../../kernel/place.ts'
import type { Mode, Owned, Recipe } from '../../kernel/recipe.ts'
import type { Scope } from '../../kernel/scope.ts'
import { ByteCursor, ObjectCursor } from './cursors.ts'
import { Lifecycle } from './lifecycle.ts'
import { checkUnread, innerState, readByAnother, type ReadableLike } from './readable-like.ts'

/** A Readable, Node's own or one that behaves the same. It is observed from the call on, but read only after it is opened. */
export class ReadableRecipe<T> implements Recipe<T>, Owned {
  readonly mode: Mode
  readonly depth = 1
  readonly parts = []
  readonly owned = this
  readonly subject: ReadableLike
  readonly argument: string
  readonly #lifecycle: Lifecycle
  /** It had ended before it was passed in: it is empty, and nothing is lost. */
  readonly #isEmpty: boolean

  constructor(stream: ReadableLike, argument: string, Observer = Lifecycle) {
    const { endEmitted, objectMode } = innerState(stream)
    this.mode = (stream.readableObjectMode ?? objectMode) === true ? 'objects' : 'bytes'
    const hasEnded = stream.readableEnded ?? endEmitted === true
    this.#isEmpty = hasEnded
    if (stream.destroyed !== true && !hasEnded) checkUnread(stream, this.mode, argument)
    claim(stream, argument)
    this.subject = stream
    this.argument = argument
    this.#lifecycle = new Observer(stream, hasEnded)
  }

  open(scope: Scope, place: Place): Cursor<T> {
    this.#checkStillUnread()
    const Kind = this.mode === 'bytes' ? ByteCursor<T> : ObjectCursor<T>
    return new Kind(this.#lifecycle, scope, place)
  }

  release(scope: Scope, place: Place): void | Promise<void> {
    return this.#lifecycle.release(scope, place)
  }

  giveBack(): void {
    this.#lifecycle.giveBack()
  }

  /** Somebody else may have begun to read it before it is opened, and those items would be missing from the output. */
  #checkStillUnread(): void {
    const { state } = this.#lifecycle
    if (state === 'open') checkUnread(this.subject, this.mode, this.argument)
    if (state === 'ended' && !this.#isEmpty)
      throw readByAnother(this.argument, 'one that another has read to its end')
  }
}
