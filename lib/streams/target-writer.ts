import type { Branch } from '../fan-out/branch.ts'
import { StallError } from '../errors.ts'
import { DONE, isItem, type Cursor } from '../kernel/cursor.ts'
import { Root } from '../kernel/root.ts'
import { Target, type TargetListener } from '../to/target.ts'
import type { TargetSettings } from './sink-targets.ts'

/** The writers of one sink, as seen by one of them. */
export interface WriterGroup {
  /** Runs the writers that are ready. */
  drive(): void
  /** The target has received everything. */
  onSettled(): void
  /** The target has failed. */
  onFailure(writer: TargetWriter, error: unknown): void
  /** The target gets no more items, since it could not keep up. */
  onDetached(writer: TargetWriter, error: unknown): void
  fail(error: unknown): void
}

/**
 * Writes the items of a branch to a Writable. There is no buffer between them, so an item counts as delivered as soon as it is
 * passed to `write`.
 */
export class TargetWriter implements TargetListener {
  readonly settings: TargetSettings
  readonly target: Target
  /** Its target wants items, and its branch may have one. */
  isReady = false
  /** Its target wants items and has received all there were. */
  isIdle = false
  /** Its target has received everything, or has left. */
  isSettled = false
  hasLeft = false
  readonly #group: WriterGroup
  #branch: Branch<unknown> | undefined
  #root: Root<unknown> | undefined
  #cursor: Cursor<unknown> | undefined

  constructor(settings: TargetSettings, group: WriterGroup) {
    this.settings = settings
    this.#group = group
    this.target = new Target(settings.to, settings.argument, this)
  }

  /** Begins to read the branch. */
  attach(branch: Branch<unknown>): void {
    const wakers = { wake: () => this.#wake(), fail: (error: Error) => this.#group.fail(error) }
    branch.kind = 'target'
    this.#branch = branch
    this.#root = new Root(branch, 'streams', {}, wakers)
    this.#cursor = this.#root.open()
    this.#wake()
  }

  /** Writes until the target is full or no item is ready, but `most` items at most; returns how many. */
  run(most: number): number {
    let written = 0
    this.isReady = false
    try {
      while (this.#cursor !== undefined && written < most) {
        const step = this.#cursor.next()
        if (!isItem(step)) {
          if (step === DONE) this.#end()
          else this.isIdle = this.#branch?.blocked === false
          return written
        }
        written++
        if (!this.target.write(step)) return written
      }
    } catch (error) {
      if (this.#cursor === undefined) return written
      if (this.#isDetached) this.#group.onDetached(this, error)
      else this.#group.fail(error)
    }
    this.isReady = this.#cursor !== undefined
    return written
  }

  /** Whether its branch gets no more items, although the source has not ended. */
  get isGone(): boolean {
    return this.hasLeft || this.#isDetached
  }

  leave(): void {
    this.isSettled = this.hasLeft = true
    this.stop()
  }

  /** Reads no more. */
  stop(): void {
    this.#cursor = undefined
    this.isReady = this.isIdle = false
    void this.#root?.close()
  }

  onDrain(): void {
    this.#wake()
  }

  onFinish(): void {
    this.isSettled = true
    this.#group.onSettled()
  }

  onFailure(error: unknown): void {
    this.#group.onFailure(this, error)
  }

  get #isDetached(): boolean {
    return this.#branch?.detachedWith !== undefined
  }

  #wake(): void {
    if (this.target.needsDrain) return this.#leaveIfStalled()
    this.isReady = true
    this.isIdle = false
    this.#group.drive()
  }

  /** A target that has stalled might never take what is held for it. */
  #leaveIfStalled(): void {
    const error = this.#branch?.detachedWith
    if (error instanceof StallError) this.#group.onDetached(this, error)
  }

  #end(): void {
    this.#cursor = undefined
    this.#root?.ended()
    if (this.settings.end) return this.target.end()
    this.onFinish()
  }
}
