import { Readable, type ReadableOptions } from 'node:stream'
import { prematureClose, type SourcePath } from '../errors.ts'
import { nonNegativeInteger, flag, type Rule } from '../kernel/options.ts'
import { Pump } from './pump.ts'
import { ORIGINS, type Origins } from '../kernel/origins.ts'
import { inMode } from '../kernel/recipe-views.ts'
import { isByteMode, RECIPE, type Recipe } from '../kernel/recipe.ts'
import { runRules, type RunOptions } from '../kernel/root.ts'
import type { Scope } from '../kernel/scope.ts'
import { ObservedRecipe, type RecipeObserver } from './observed-recipe.ts'
import { isObject } from '../kernel/guards.ts'

/** The options of every Readable that fanpipe returns. */
export interface StreamOptions extends RunOptions {
  /** How many items (bytes in byte mode) may be read ahead; Node's default if not set. */
  highWaterMark?: number | undefined
  /**
   * `false` for a stream of bytes; by default the mode of the inputs. Set it if the inputs are functions or a lazy list: these
   * are opened later, so their mode is not known at the call.
   */
  objectMode?: boolean | undefined
}

export const streamRules = {
  ...runRules,
  highWaterMark: nonNegativeInteger,
  objectMode: flag,
} satisfies Record<string, Rule>

/** A stream with listeners that is nested deeper is read as a stream, because each observed recipe costs one more cursor. */
const DEEPEST_OBSERVED = 100

/**
 * The Readable of a recipe. If it is passed to a junction or stage before anybody has read from it, that one opens the recipe
 * directly instead, and destroying this stream with an error then fails the output of that one.
 */
export class CursorReadable<T> extends Readable implements RecipeObserver {
  readonly #recipe: Recipe<T>
  readonly #pump: Pump<T>
  #hasBeenRead = false
  /** Set while another junction has taken over the recipe. */
  #lent: Recipe<T> | undefined
  #onDestroy: ((error: Error) => void) | undefined
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
    this.#hasBeenRead = true
    if (this.#lent === undefined) this.#pump.read()
  }

  override read(size?: number): unknown {
    const item: unknown = super.read(this.#pump.sizeToRead(size))
    this.#pump.afterRead()
    return item
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (this.#lent === undefined) {
      this.#pump.close(error, callback)
      return
    }
    this.#pump.abandon()
    this.#onDestroy?.(error ?? prematureClose())
    callback(this.listenerCount('error') > 0 ? error : null)
  }

  /** Hands over the recipe, unless somebody has read from this stream, has set an encoding, or waits for its items. */
  [RECIPE](): Recipe<T> | undefined {
    const used =
      this.#hasBeenRead ||
      this.destroyed ||
      this.readableFlowing !== null ||
      this.readableEncoding !== null ||
      this.readableLength > 0 ||
      this.listenerCount('data') + this.listenerCount('readable') > 0
    if (used || this.#lent !== undefined) return undefined
    if (this.eventNames().length === 0) this.#lent = this.#recipe
    else if (this.#recipe.depth < DEEPEST_OBSERVED) this.#lent = new ObservedRecipe(this.#recipe, this)
    if (this.#lent !== undefined) this.#lend(this.#lent)
    return this.#lent
  }

  get [ORIGINS](): Origins {
    return this.#pump.origins
  }

  /** Closes the inputs now, unless the recipe was handed over; the stream will be destroyed with the error later. */
  protected closeInputs(error: Error): void {
    if (this.#lent === undefined) this.#pump.stop(error)
  }

  /** Makes the lent recipe own this stream, besides what it may own already, as the recipe of a branch does. */
  #lend(recipe: Recipe<T>): void {
    const { owned } = recipe
    recipe.owned = {
      subject: this,
      argument: 'source',
      onOpen: (scope) => this.#onOpen(scope, recipe),
      release: (scope, place, wasOpened) => {
        const closing = owned?.release(scope, place, wasOpened)
        this.#onDestroy = undefined
        if (!this.#ended) this.destroy()
        return closing
      },
      giveBack: () => {
        recipe.owned = owned
        this.reclaimRecipe()
      },
    }
  }

  #onOpen(scope: Scope, lent: Recipe<T>): void {
    if (this.destroyed) throw this.errored ?? prematureClose()
    this.#onDestroy = lent instanceof ObservedRecipe ? (error) => lent.fail(error) : scope.fail
  }

  /** The call that had taken over the recipe has thrown, so this stream reads it again. */
  protected reclaimRecipe(): void {
    this.#lent = undefined
  }

  ended(): void {
    this.#ended = true
    this.#onDestroy = undefined
    super.push(null)
    super.read(0)
  }

  failed(error: unknown, path: SourcePath | undefined): void {
    this.#onDestroy = undefined
    if (isObject(error) && path !== undefined) this[ORIGINS].note(error, path)
    this.destroy(isObject(error) ? (error as Error) : undefined)
  }
}
