import { DONE, isItem, PENDING, type Cursor, type Step } from '../kernel/cursor.ts'
import { withOrigin, type Place } from '../kernel/place.ts'
import type { Scope } from '../kernel/scope.ts'
import { WorkBudget } from '../kernel/work-budget.ts'
import { FormatError } from '../errors.ts'
import { planOf, type Plan } from '../stages/plan.ts'
import { GzipDecoder } from './gzip-decoder.ts'
import { isGzip } from './gzip-frame.ts'
import { checkChunk } from './text.ts'

/** What is done with input that is gzip: decompress it, fail, or take it for text. */
export type OnGzip = 'decompress' | 'fail' | 'ignore'

/** The plan of a stage over chunks of bytes or text, which decompresses them if they begin as gzip does. */
export function gunzipping(onGzip: OnGzip): Plan<unknown, unknown> {
  if (onGzip === 'ignore') return (upstream) => upstream
  return planOf((open, scope, place) => new GunzipCursor(open(), onGzip, scope, place))
}

/** The error for gzip data where it cannot be decompressed. */
function gzipRefused(place: Place): FormatError {
  const what =
    'the followed file is gzip data, which does not grow: read it without follow, or set gunzip: false to take its bytes for text'
  return withOrigin(new FormatError(place, 0, what), place)
}

class GunzipCursor implements Cursor<unknown> {
  readonly #upstream: Cursor<unknown>
  readonly #onGzip: OnGzip
  readonly #scope: Scope
  readonly #place: Place
  readonly #budget: WorkBudget
  #state: 'unknown' | 'plain' | 'gzip' | 'over' = 'unknown'
  /** The first bytes, until they tell whether this is gzip. */
  #head: Uint8Array = new Uint8Array()
  /** What came after the head, if that was no bytes. */
  #text: unknown
  #decoder: GzipDecoder | undefined

  constructor(upstream: Cursor<unknown>, onGzip: OnGzip, scope: Scope, place: Place) {
    this.#upstream = upstream
    this.#onGzip = onGzip
    this.#scope = scope
    this.#place = place
    this.#budget = new WorkBudget(scope)
  }

  next(): Step<unknown> {
    if (this.#state === 'plain') return this.#nextPlain()
    const step = this.#decoder === undefined ? this.#recognise() : this.#decompress(this.#decoder)
    if (isItem(step)) this.#budget.reset()
    return step
  }

  close(): void | Promise<void> {
    this.#decoder?.destroy()
    return this.#upstream.close()
  }

  #nextPlain(): Step<unknown> {
    if (this.#text === undefined) return this.#upstream.next()
    const text = this.#text
    this.#text = undefined
    return text
  }

  #recognise(): Step<unknown> {
    while (this.#state === 'unknown') {
      const chunk = this.#upstream.next()
      if (!isItem(chunk)) {
        if (chunk === PENDING) return PENDING
        this.#state = 'over'
        return this.#head.length > 0 ? this.#head : DONE
      }
      if (!(chunk instanceof Uint8Array)) {
        this.#state = 'plain'
        if (this.#head.length === 0) return chunk
        this.#text = chunk
        return this.#head
      }
      const start = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk])
      const answer = isGzip(start)
      if (answer === false) {
        this.#state = 'plain'
        return start
      }
      if (answer === true) return this.#begin(start)
      // Copied, because the source may reuse its buffer for the next chunk.
      this.#head = Buffer.from(start)
      if (this.#budget.spend()) return PENDING
    }
    return DONE
  }

  #begin(start: Uint8Array): Step<unknown> {
    if (this.#onGzip === 'fail') throw gzipRefused(this.#place)
    this.#state = 'gzip'
    this.#decoder = new GzipDecoder(this.#place, this.#scope.wake)
    this.#decoder.write(start)
    return this.#decompress(this.#decoder)
  }

  #decompress(decoder: GzipDecoder): Step<unknown> {
    while (this.#state === 'gzip') {
      const bytes = decoder.read()
      if (bytes !== undefined) return bytes
      if (!decoder.needsInput) return PENDING
      const chunk = this.#upstream.next()
      if (!isItem(chunk)) {
        if (chunk === PENDING) return PENDING
        decoder.end()
        this.#state = 'over'
        break
      }
      checkChunk(chunk)
      decoder.write(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
      if (this.#budget.spend()) return PENDING
    }
    return DONE
  }
}
