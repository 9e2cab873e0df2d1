import { CloseError, prematureClose } from '../errors.ts'
import { closeAll, DONE, isItem, PENDING, type Cursor, type Step } from '../kernel/cursor.ts'
import type { Place } from '../kernel/place.ts'
import { warn } from '../kernel/platform.ts'
import { Queue } from '../kernel/queue.ts'
import type { Scope } from '../kernel/scope.ts'
import type { Receiver, ReceiverListener, ReceiverMaker } from './tap-receiver.ts'

export interface TapSettings {
  readonly maxlen: number
  readonly blocks: boolean
  readonly onError: 'fail' | 'detach' | ((error: unknown) => void)
  readonly onLag: ((dropped: number) => void) | undefined
}

/** Passes every item on, and gives it to a receiver. Up to `maxlen` items wait until the receiver takes them. */
export class TapCursor<A> implements Cursor<A>, ReceiverListener {
  readonly #upstream: Cursor<A>
  readonly #scope: Scope
  readonly #place: Place
  readonly #settings: TapSettings
  readonly #receiver: Receiver
  readonly #queue = new Queue<A>()
  /** The index of the first item in the queue. */
  #index = 0
  /** An item that is passed on only when there is room in the queue. */
  #held: { readonly item: A } | undefined
  #dropped = 0
  #state: 'open' | 'ending' | 'over' = 'open'
  /** The receiver has failed, and the output continues without it. */
  #hasLeft = false
  #isEnded = false
  #failure: { readonly error: unknown } | undefined

  constructor(
    openUpstream: () => Cursor<A>,
    scope: Scope,
    place: Place,
    maker: ReceiverMaker,
    settings: TapSettings,
  ) {
    this.#scope = scope
    this.#place = place
    this.#settings = settings
    this.#receiver = maker.open(scope.face, this)
    try {
      this.#upstream = openUpstream()
    } catch (error) {
      void this.#closeReceiver(error)
      throw error
    }
    const { failure } = this.#receiver
    if (failure !== undefined) this.onFailure(failure.error)
  }

  next(): Step<A> {
    this.#throwFailure()
    if (this.#state !== 'open') return this.#finish()
    if (this.#held !== undefined) return this.#passHeld(this.#held.item)
    const step = this.#pull()
    if (isItem(step)) return this.#hasLeft ? step : this.#tap(step)
    if (step === PENDING) return PENDING
    this.#state = 'ending'
    return this.#finish()
  }

  get isWorking(): boolean {
    return this.#held !== undefined || this.#upstream.isWorking === true
  }

  close(): void | Promise<void> {
    this.#state = 'over'
    this.#queue.clear()
    return closeAll([this.#upstream, { close: () => this.#closeReceiver(this.#failure?.error) }])
  }

  onNews(): void {
    this.#flush()
    this.#scope.wake()
  }

  onFailure(error: unknown): void {
    const { onError } = this.#settings
    if (this.#state === 'over') {
      if (this.#isEnded) warn(new CloseError([error], []))
      return
    }
    if (onError === 'fail') this.#failure ??= { error }
    else this.#leave(error)
    if (typeof onError === 'function') this.#run(() => onError(error))
    this.#scope.wake()
  }

  #pull(): Step<A> {
    try {
      return this.#upstream.next()
    } catch (error) {
      this.#failure = { error }
      throw error
    }
  }

  #tap(item: A): Step<A> {
    const hasRoom = this.#queue.length < this.#settings.maxlen
    if (this.#queue.length === 0 && this.#receiver.isFree) this.#give(item)
    else if (hasRoom) this.#queue.push(item)
    else if (this.#settings.blocks) {
      this.#held = { item }
      return PENDING
    } else this.#replaceOldest(item)
    this.#throwFailure()
    return item
  }

  #passHeld(item: A): Step<A> {
    if (!this.#hasLeft && this.#queue.length >= this.#settings.maxlen) return PENDING
    this.#held = undefined
    return this.#hasLeft ? item : this.#tap(item)
  }

  #replaceOldest(item: A): void {
    this.#queue.shift()
    this.#queue.push(item)
    this.#index++
    this.#dropped++
  }

  #give(item: A): void {
    this.#reportDropped()
    this.#receiver.give(item, this.#index++)
  }

  #flush(): void {
    while (this.#queue.length > 0 && this.#receiver.isFree && this.#failure === undefined)
      this.#give(this.#queue.shift() as A)
  }

  /** Ends the receiver once it has taken everything; DONE when it is done. */
  #finish(): typeof PENDING | typeof DONE {
    if (!this.#hasLeft) {
      if (this.#queue.length > 0 || !this.#receiver.isFree) return PENDING
      if (!this.#isEnded) this.#end()
      this.#throwFailure()
      if (!this.#receiver.isDone) return PENDING
    }
    this.#state = 'over'
    return DONE
  }

  #end(): void {
    this.#isEnded = true
    this.#reportDropped()
    this.#receiver.end()
  }

  #leave(error: unknown): void {
    this.#hasLeft = true
    this.#queue.clear()
    void this.#closeReceiver(error)
  }

  #closeReceiver(error: unknown): void | Promise<void> {
    const reason = error instanceof Error ? error : prematureClose()
    return this.#scope.closing(this.#place, () => this.#receiver.close(reason))
  }

  #reportDropped(): void {
    if (this.#dropped === 0) return
    const dropped = this.#dropped
    this.#dropped = 0
    this.#run(() => this.#settings.onLag?.(dropped))
  }

  /** Calls a function of the user. If it throws, the output fails. */
  #run(fn: () => void): void {
    try {
      fn()
    } catch (error) {
      this.#failure ??= { error }
    }
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error
  }
}
