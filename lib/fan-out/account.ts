/** A face that buffers items of a branch, as a Readable does. */
export interface BufferedFace {
  /** How much is in its buffer: items, or bytes of a byte stream. */
  unread(): number
  /** Whether the consumer itself wants an item now, rather than the face reading ahead. */
  hasDemand(): boolean
  /** Fails right away even if nobody has begun to read, provided that there is an error listener. */
  fail(error: Error): void
  destroy(): void
}

export interface AccountSettings {
  /** How far the fastest branch may be ahead of this one. */
  readonly maxlen: number
  /** Whether a face with a buffer fills it before its consumer asks; true by default. */
  readonly readsAhead?: boolean
  /** How long it may hold up the others, in milliseconds; without a limit if not set. */
  readonly stall?: number | undefined
  /** What happens then: all branches fail, or this one leaves; `'fail'` if not set. */
  readonly onStall?: 'fail' | 'detach' | undefined
  /** Called before the next item, or before the end, with how much was dropped since the last call. */
  readonly onLag?: ((dropped: number) => void) | undefined
}

/**
 * How much one branch has taken from the hub, and how much of that its consumer has received.
 *
 * The bound of a multicast (`maxlen`) counts what consumers have received. With a face that buffers, an item goes through three
 * stages:
 *
 * 1. The branch gives it to the face. The item is `taken`, and `inFlight` until the face reports that it has placed it.
 * 2. The face calls `landed()` when it puts the item into its buffer, where `unread()` counts it, or hands it directly to the
 *    consumer.
 * 3. The consumer reads from the buffer: `unread()` falls, and `delivered` rises by the same amount.
 *
 * A face without a buffer returns each item from the call that takes it, so everything taken is delivered.
 */
export class Account {
  readonly index: number
  readonly maxlen: number
  readonly readsAhead: boolean
  readonly stall: number | undefined
  readonly onStall: 'fail' | 'detach' | undefined
  /** What counted as taken when it joined. Until its consumer has received something, it does not lead. */
  joinedAt = 0
  face: BufferedFace | undefined
  /** Items, or bytes of a byte stream. */
  taken = 0
  inFlight = 0
  /** How much of what is still ahead the branch will skip because it was dropped. */
  toSkip = 0
  /** How much was dropped for it so far. */
  dropped = 0
  /** How much of that `onLag` has not been called with yet. */
  unreported = 0
  /** The greatest lag so far. */
  peak = 0
  /** How long others have waited for it, in milliseconds, not counting the current wait. */
  waitedMs = 0
  /** It takes no more items. */
  closed = false
  /** It was closed before its end, or detached; its consumer may not have met the error yet. */
  leftEarly = false
  /** The error of the overflow or the stall for which it was detached. */
  detachedWith: Error | undefined

  /** What error messages call it: one of the `targets` of a sink, or a branch. */
  kind: 'branch' | 'target' = 'branch'

  readonly #onLag: ((dropped: number) => void) | undefined

  constructor(index: number, { maxlen, readsAhead = true, stall, onStall, onLag }: AccountSettings) {
    this.index = index
    this.maxlen = maxlen
    this.readsAhead = readsAhead
    this.stall = stall
    this.onStall = onStall
    this.#onLag = onLag
  }

  get delivered(): number {
    return this.face === undefined ? this.taken : this.taken - this.face.unread() - this.inFlight
  }

  get hasDemand(): boolean {
    return this.face === undefined || this.face.hasDemand()
  }

  /** Its consumer has received everything it will ever get. */
  get done(): boolean {
    return this.leftEarly || (this.closed && (this.face === undefined || this.face.unread() === 0))
  }

  countDropped(size: number): void {
    this.dropped += size
    this.unreported += size
  }

  reportDropped(): void {
    const dropped = this.unreported
    this.unreported = 0
    this.#onLag?.(dropped)
  }

  /** The item in flight has reached the buffer or the consumer; returns its size. */
  landed(): number {
    const size = this.inFlight
    this.inFlight = 0
    return size
  }
}
