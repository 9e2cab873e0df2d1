import { PENDING, DONE, type Cursor, type Step } from '../kernel/cursor.ts'
import type { Place } from '../kernel/place.ts'
import type { Mode, Recipe } from '../kernel/recipe.ts'
import type { Scope } from '../kernel/scope.ts'
import { CloseError } from '../errors.ts'
import type { Hub } from './hub.ts'
import type { BranchView, Policy } from './overflow.ts'

/** A face that keeps items of a branch in a buffer of its own. */
export interface Reader {
  /** How much of what it took is still unread. */
  held(): number
  /** Whether its consumer asks for an item now, and it does not merely read ahead. */
  hungry(): boolean
  /** Fails now, though nobody has begun to read it; where nobody would hear of it, not before somebody does. */
  fail(error: Error): void
  /** Ends now. */
  destroy(): void
}

/** One consumer of a hub. */
export class Branch<T> implements Recipe<T>, Cursor<T>, BranchView {
  readonly mode: Mode
  readonly depth: number
  readonly label: string | undefined
  readonly parts = []
  readonly index: number
  readonly maxlen: number
  readonly policy: Policy
  readonly #hub: Hub<T>
  reader: Reader | undefined
  #owner: Reader | undefined
  position = 0
  /** Items taken, or bytes. */
  taken = 0
  peak = 0
  /** It takes nothing any more. */
  closed = false
  /** It was closed before its end. */
  left = false
  /** What its reader took and has not yet put where `held` counts it, or given straight to the consumer. */
  flying = 0
  #scope: Scope | undefined
  #place: Place | undefined
  #waits: 'for-item' | 'for-others' | undefined

  constructor(hub: Hub<T>, index: number, maxlen: number, policy: Policy) {
    this.#hub = hub
    this.mode = hub.bytes ? 'bytes' : 'objects'
    this.depth = hub.depth
    this.label = hub.label
    this.index = index
    this.maxlen = maxlen
    this.policy = policy
  }

  get done(): boolean {
    return this.left || (this.closed && (this.reader === undefined || this.reader.held() === 0))
  }

  get lag(): number {
    return this.done ? 0 : this.#hub.fastest - this.delivered
  }

  get delivered(): number {
    return this.reader === undefined ? this.taken : this.taken - this.reader.held() - this.flying
  }

  get hungry(): boolean {
    return this.reader === undefined || this.reader.hungry()
  }

  open(scope: Scope, place: Place): Cursor<T> {
    this.#scope = scope
    this.#place = place
    return this
  }

  next(): Step<T> {
    if (this.closed) return DONE
    return this.position === this.#hub.ring.head ? this.#pull() : this.#admitted()
  }

  close(): void | Promise<void> {
    return this.#leave(true) ?? this.#hub.closing()
  }

  release(): void | Promise<void> {
    return this.close()
  }

  get isRunning(): boolean {
    return this.#hub.isRunning
  }

  /** What its scope is, while it is open. */
  get scope(): Scope | undefined {
    return this.#scope
  }

  /** Faults of closing belong to whoever closes the last branch, as they do where there is no hub. */
  get onFaults(): ((faults: CloseError) => void) | undefined {
    if (this.#scope === undefined) return undefined
    const { cleanup } = this.#scope
    const above = (this.#place as Place).path()
    return ({ faults, unclosed }) => {
      const paths = unclosed.map((path) => [...above, ...path])
      cleanup.adopt(new CloseError(faults, paths))
    }
  }

  /** It waits for others to take what it has taken. */
  get blocked(): boolean {
    return this.#waits === 'for-others' && !this.closed
  }

  /** A face with a buffer reads it, or once did: another may have its recipe. */
  attach(reader: Reader): void {
    this.#hub.readers++
    this.reader = this.#owner = reader
  }

  detach(): void {
    this.#hub.readers--
    this.reader = undefined
  }

  /** The fastest has delivered more: the most that this one lags before it delivers again. */
  note(): void {
    const { lag } = this
    if (lag > this.peak) this.peak = lag
  }

  /** What its reader holds will never be read. */
  drop(): void {
    if (!this.closed) return
    if (!this.done) {
      this.#hub.catchUp()
      this.left = true
      this.#hub.rank()
    }
    this.#forgetReader()
  }

  /** It has delivered something, or all that it could in one go. */
  gave(): void {
    const hub = this.#hub
    if (this.taken > hub.fastest) {
      const { delivered } = this
      if (delivered > hub.fastest) hub.lead(delivered)
    }
    if (hub.blocked) hub.moved(this)
  }

  wake(): void {
    if (this.#waits === undefined) return
    this.#waits = undefined
    this.#scope?.wake()
  }

  wakeWaiting(): void {
    if (this.#waits === 'for-item') this.wake()
  }

  wakeBlocked(): void {
    if (this.#waits === 'for-others') this.wake()
  }

  abort(error: Error): void {
    if (this.closed) return
    if (this.#scope === undefined) {
      this.reader?.fail(error)
      return
    }
    this.#hub.prefixOrigin(error, this.#place as Place)
    this.#scope.fail(error)
  }

  /** Ends it for its consumer too. */
  async end(): Promise<void> {
    this.#owner?.destroy()
    const scope = this.#waits === undefined ? undefined : this.#scope
    await this.close()
    scope?.wake()
  }

  /** Its consumer has all items, and gets the end now. */
  finish(): void {
    const scope = this.#scope
    void this.#leave(false)
    scope?.wake()
  }

  /** The source is asked for an item that no branch has seen. */
  #pull(): Step<T> {
    const hub = this.#hub
    let pulled: true | typeof PENDING | typeof DONE
    try {
      pulled = hub.pull((this.#place as Place).depth)
    } catch (error) {
      throw hub.prefixOrigin(error, this.#place as Place)
    }
    if (pulled === PENDING) return this.#wait('for-item')
    if (pulled === DONE) {
      void this.#leave(false)
      return DONE
    }
    // Whoever pulls may leave while he does.
    const step = this.closed ? DONE : this.#admitted()
    hub.wakeOthers()
    return step
  }

  #admitted(): Step<T> {
    return this.taken < this.#hub.limit || this.#isAdmitted() ? this.#take() : this.#wait('for-others')
  }

  #isAdmitted(): boolean {
    try {
      return this.#hub.admits(this)
    } catch (error) {
      throw this.#hub.prefixOrigin(error, this.#place as Place)
    }
  }

  #wait(what: 'for-item' | 'for-others'): typeof PENDING {
    this.#waits = what
    if (this.reader !== undefined) this.gave()
    if (what === 'for-others') this.#hub.conductor?.onHeldUp(this)
    return PENDING
  }

  #take(): T {
    const hub = this.#hub
    const item = hub.ring.take(this.position++)
    const size = hub.bytes ? byteLength(item as string | Uint8Array) : 1
    if (this.reader !== undefined) {
      this.taken += size
      this.flying = size
      return item
    }
    const lag = hub.fastest - this.taken
    if (lag > this.peak) this.peak = lag
    this.taken += size
    if (this.taken > hub.fastest) hub.lead(this.taken)
    if (hub.blocked) hub.moved(this)
    return item
  }

  #leave(early: boolean): void | Promise<void> {
    if (this.closed) return
    this.#hub.catchUp()
    this.closed = true
    this.left = early
    if (early) this.#forgetReader()
    const closing = this.#hub.leave(this, early)
    this.#scope = this.#place = undefined
    return closing
  }

  /** The hub stays as long as one branch does, and must not keep the others. */
  #forgetReader(): void {
    if (this.reader !== undefined) this.detach()
    this.#owner = undefined
  }
}

/** A source with an encoding gives strings, which a Readable makes bytes of again. */
const byteLength = (chunk: string | Uint8Array): number =>
  typeof chunk === 'string' ? utf8.encode(chunk).length : chunk.length
const utf8 = new TextEncoder()
