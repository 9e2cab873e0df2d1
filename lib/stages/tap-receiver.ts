import { ArgumentError, prematureClose } from '../errors.ts'
import { cannotWait, promiseRefused } from '../kernel/awaited.ts'
import { isThenable } from '../kernel/guards.ts'
import { emptyRecipe, type Recipe } from '../kernel/recipe.ts'
import type { Face } from '../kernel/scope.ts'
import { Target, type TargetListener } from '../to/target.ts'
import { checkWritable } from '../to/writable-like.ts'

/** Learns what happens to a receiver between items. */
export interface ReceiverListener {
  /** It takes an item again, or it is done. */
  onNews(): void
  onFailure(error: unknown): void
}

/** Where a tap sends its items. */
export interface Receiver {
  /** It takes an item now. */
  readonly isFree: boolean
  /** It has dealt with everything that came before `end`. */
  readonly isDone: boolean
  /** The error it failed with before it was opened. */
  readonly failure: { readonly error: unknown } | undefined
  give(item: unknown, index: number): void
  end(): void
  /** It gets no more. */
  close(error: Error): Promise<unknown> | undefined
}

/** Creates the receiver of each run; `part` is what the stage's recipe owns. */
export interface ReceiverMaker {
  readonly part: Recipe<unknown> | undefined
  open(face: Face, listener: ReceiverListener): Receiver
}

/** The function is called with an item when the promise of its previous call has settled. */
export const functionReceiver = (fn: (item: never, index: number) => unknown): ReceiverMaker => ({
  part: undefined,
  open: (face, listener) =>
    new FunctionReceiver(fn as (item: unknown, index: number) => unknown, face, listener),
})

class FunctionReceiver implements Receiver {
  readonly failure = undefined
  readonly #fn: (item: unknown, index: number) => unknown
  readonly #face: Face
  readonly #listener: ReceiverListener
  #call: Promise<void> | undefined

  constructor(fn: (item: unknown, index: number) => unknown, face: Face, listener: ReceiverListener) {
    this.#fn = fn
    this.#face = face
    this.#listener = listener
  }

  get isFree(): boolean {
    return this.#call === undefined
  }

  get isDone(): boolean {
    return this.isFree
  }

  give(item: unknown, index: number): void {
    let result: unknown
    try {
      result = this.#fn(item, index)
    } catch (error) {
      this.#listener.onFailure(error)
      return
    }
    if (!isThenable(result)) return
    if (this.#face === 'iter') throw promiseRefused('target', result)
    this.#call = Promise.resolve(result).then(
      () => {
        this.#call = undefined
        this.#listener.onNews()
      },
      (error: unknown) => {
        this.#call = undefined
        this.#listener.onFailure(error)
      },
    )
  }

  end(): void {
    // A function is not told about the end.
  }

  close(): Promise<void> | undefined {
    return this.#call
  }
}

/** A Writable can be used by one run only. The tap owns it from the call on, so an unused one is destroyed with the output. */
export class WritableReceiver implements ReceiverMaker, Receiver, TargetListener {
  readonly part: Recipe<unknown>
  readonly #target: Target
  #listener: ReceiverListener | undefined
  failure: { readonly error: unknown } | undefined
  #isDone = false

  constructor(stream: unknown) {
    checkWritable(stream, 'target', 'a Writable or a function')
    this.#target = new Target(stream, 'target', this)
    const release = (): void => void this.close(prematureClose())
    this.part = { ...emptyRecipe, owned: { subject: this, argument: 'target', release } }
  }

  open(face: Face, listener: ReceiverListener): Receiver {
    checkFace(face)
    if (this.#listener !== undefined)
      throw new ArgumentError(
        'target',
        'a Writable for one run',
        'one that was used by another run',
        'create a new tap for each run',
      )
    this.#listener = listener
    return this
  }

  get isFree(): boolean {
    return !this.#target.needsDrain
  }

  get isDone(): boolean {
    return this.#isDone
  }

  give(item: unknown): void {
    this.#target.write(item)
  }

  end(): void {
    if (!this.#target.isStandardOutput) return this.#target.end()
    this.#isDone = true
    this.#target.giveBack()
  }

  close(error: Error): Promise<void> | undefined {
    return this.#isDone ? undefined : this.#target.destroy(error)
  }

  onDrain(): void {
    this.#listener?.onNews()
  }

  onFinish(): void {
    this.#isDone = true
    this.#listener?.onNews()
  }

  onFailure(error: unknown): void {
    if (this.#listener === undefined) this.failure = { error }
    else this.#listener.onFailure(error)
  }
}

/** Throws in the iter face, which cannot wait for a Writable. */
export function checkFace(face: Face): void {
  if (face === 'iter') throw cannotWait('target', 'a function', 'a Writable')
}
