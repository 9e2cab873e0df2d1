/** Text as bytes of UTF-8, wherever a surrogate pair is cut; bytes stay as they are. */
export class Utf8Encoder {
  /** Half a surrogate pair. */
  #half = ''

  encode(chunk: string | Uint8Array): Uint8Array {
    if (typeof chunk !== 'string') return this.#half === '' ? chunk : Buffer.concat([this.end(), chunk])
    const text = this.#half + chunk
    const end = /[\uD800-\uDBFF]$/.test(text) ? text.length - 1 : text.length
    this.#half = text.slice(end)
    return Buffer.from(text.slice(0, end))
  }

  /** What is left. */
  end(): Uint8Array {
    const rest = Buffer.from(this.#half)
    this.#half = ''
    return rest
  }
}
