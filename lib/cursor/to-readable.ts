import { Readable, type ReadableOptions } from 'node:stream'
import { prematureClose } from '../errors.ts'
import { countOrNone, flag, type Rule } from './options.ts'
import { Pump } from './pump.ts'
import { disown } from './from-readable.ts'
import { isObject } from './place.ts'
import { inMode, isByteMode, RECIPE, type Recipe } from './recipe.ts'
import { runRules, type RunOptions } from './root.ts'
import type { Scope } from './scope.ts'
import { watched, type Watcher } from './watched.ts'

/** What every Readable that is handed out takes. */
export interface StreamOptions extends RunOptions {
  /** How many items (bytes in byte mode) may be read ahead; Node's default where absent. */
  highWaterMark?: number | undefined
  /** `false` for byte mode where the inputs are opened only later; by default known from the inputs. */
  objectMode?: boolean | undefined
}

export const streamRules = { ...runRules, highWaterMark: countOrNone, objectMode: flag } satisfies Record<
  string,
  Rule
>

/**
 * The Readable of a recipe; given to a junction before anybody touched it, it is opened as a cursor instead, and what it is
 * destroyed with is then an error of that junction's output.
 */
export class CursorReadable<T> extends Readable implements Watcher {
  readonly #recipe: Recipe<T>
  readonly #pump: Pump<T>
  #touched = false
  #lent: Recipe<T> | undefined
  #taker: Scope | undefined
  #ended = false

  constructor(recipe: Recipe<T>, options: StreamOptions) {
    const bytes = isByteMode(recipe.mode, options.objectMode)
    const settings: ReadableOptions = { objectMode: !bytes }
    if (options.highWaterMark !== undefined) settings.highWaterMark = options.highWaterMark
    super(settings)
    this.#recipe = options.objectMode === undefined ? recipe : inMode(recipe, bytes ? 'bytes' : 'objects')
    this.#pump = new Pump(this, this.#recipe, options)
  }

  override _read(): void {
    this.#touched = true
    this.#pump.read()
  }

  override read(size?: number): unknown {
    const item: unknown = super.read(size)
    this.#pump.gave()
    return item
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (this.#lent === undefined) {
      this.#pump.close(error, callback)
      return
    }
    this.#pump.abandon()
    this.#taker?.fail(error ?? prematureClose())
    callback(this.listenerCount('error') > 0 ? error : null)
  }

  /** Gives its recipe away, unless somebody has touched this stream or waits for its items. */
  [RECIPE](): Recipe<T> | undefined {
    const used =
      this.#touched ||
      this.destroyed ||
      this.readableFlowing !== null ||
      this.listenerCount('data') + this.listenerCount('readable') > 0
    if (used || this.#lent !== undefined) return undefined
    this.#lent = this.eventNames().length > 0 ? watched(this.#recipe, this) : this.#recipe
    this.#lent.shell = this
    return this.#lent
  }

  enter(scope: Scope): void {
    if (this.destroyed) throw this.errored ?? prematureClose()
    this.#taker = scope
  }

  retire(): void {
    this.#taker = undefined
    if (!this.#ended) this.destroy()
  }

  giveBack(): void {
    if (this.#lent !== undefined) this.#lent.shell = undefined
    this.#lent = undefined
    disown(this)
  }

  ended(): void {
    this.#ended = true
    this.#taker = undefined
    super.push(null)
    super.read(0)
  }

  failed(error: unknown): void {
    this.#taker = undefined
    this.destroy(isObject(error) ? (error as Error) : undefined)
  }
}
