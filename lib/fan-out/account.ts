/** A face that keeps items of a branch in a buffer of its own, as a Readable does. */
export interface BufferedFace {
  /** How much of what it has taken is in its buffer: items, or bytes of a byte stream. */
  unread(): number
  /** Whether its consumer is asking for an item now, rather than the face reading ahead. */
  hasDemand(): boolean
  /** Fails now, even if nobody has begun to read; where nobody would hear of it, not before somebody does. */
  fail(error: Error): void
  /** Ends now. */
  destroy(): void
}

/**
 * What one branch has taken from the hub, and how much of that its consumer has been given.
 *
 * The bound of a multicast is about what consumers have been given, so a face with a buffer and the hub agree on three moments:
 *
 * 1. The branch gives the face an item: it is `taken`, and `inFlight` until the face says where it went.
 * 2. The face has put the item into its buffer, where `unread()` counts it, or has handed it straight to its consumer: `landed()`
 *    takes it out of flight.
 * 3. The consumer reads from the buffer: `unread()` falls, and what is delivered rises by as much.
 *
 * A face without a buffer hands each item over in the call that takes it: what is taken is delivered.
 */
export class Account {
  readonly index: number
  /** By how much the fastest branch may lead this one. */
  readonly maxlen: number
  face: BufferedFace | undefined
  /** Items, or bytes of a byte stream. */
  taken = 0
  inFlight = 0
  /** The greatest lag so far. */
  peak = 0
  /** It takes nothing any more. */
  closed = false
  /** It was closed before its end. */
  detached = false

  constructor(index: number, maxlen: number) {
    this.index = index
    this.maxlen = maxlen
  }

  get delivered(): number {
    return this.face === undefined ? this.taken : this.taken - this.face.unread() - this.inFlight
  }

  get hasDemand(): boolean {
    return this.face === undefined || this.face.hasDemand()
  }

  /** Its consumer has been given all that it is going to get. */
  get done(): boolean {
    return this.detached || (this.closed && (this.face === undefined || this.face.unread() === 0))
  }

  /** The face has found a place for what was in flight; says how much that was. */
  landed(): number {
    const size = this.inFlight
    this.inFlight = 0
    return size
  }
}
