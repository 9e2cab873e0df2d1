/** Encodes text as UTF-8, even if a surrogate pair is split between chunks. Bytes are passed through. */
export class Utf8Encoder {
  /** The first half of a surrogate pair at the end of the last chunk, or an empty string. */
  #half = ''

  encode(chunk: string | Uint8Array): Uint8Array {
    if (typeof chunk !== 'string') return this.#half === '' ? chunk : Buffer.concat([this.end(), chunk])
    const text = this.#half + chunk
    const end = /[\uD800-\uDBFF]$/.test(text) ? text.length - 1 : text.length
    this.#half = text.slice(end)
    return Buffer.from(text.slice(0, end))
  }

  /** Encodes a half that was never completed (as U+FFFD). */
  end(): Uint8Array {
    const rest = Buffer.from(this.#half)
    this.#half = ''
    return rest
  }
}
