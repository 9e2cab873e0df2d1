import { withOrigin, type Place } from '../kernel/place.ts'
import { FormatError } from '../errors.ts'

/**
 * Decodes a chunk, which may begin or end inside a character. Returns the text, or a generator that yields the text and then
 * throws. `last` means that no more bytes will follow.
 */
export type Decode = (bytes: Uint8Array, last: boolean) => unknown

/** Decodes each byte as one character. */
export const decodeBinary: Decode = (bytes) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')

/** Decodes invalid bytes as U+FFFD. */
export function decodeReplacing(encoding: string): Decode {
  const decoder = new TextDecoder(encoding, { ignoreBOM: true })
  return (bytes, last) => decoder.decode(bytes, { stream: !last })
}

/** Invalid bytes are an error, which comes after the text before them. */
export function decodeStrictly(encoding: string, place: Place): Decode {
  const decoder = new StrictDecoder(encoding)
  const position = new TextPosition()
  return (bytes, last) => {
    const { text, isValid } = decoder.decode(bytes, last)
    position.pass(text)
    return isValid ? text : thenFail(text, withOrigin(invalidText(encoding, place, position), place))
  }
}

function* thenFail(text: string, error: Error): Generator<string> {
  yield text
  throw error
}

const BLOCK = 2 ** 12

/** Decodes up to the first invalid byte. */
export class StrictDecoder {
  readonly #decoder: InstanceType<typeof TextDecoder>
  /** One block behind. TextDecoder's error has no position, so after an error this one decodes the block byte by byte. */
  readonly #behind: InstanceType<typeof TextDecoder>

  constructor(encoding: string) {
    const options = { fatal: true, ignoreBOM: true }
    this.#decoder = new TextDecoder(encoding, options)
    this.#behind = new TextDecoder(encoding, options)
  }

  decode(bytes: Uint8Array, last: boolean): { readonly text: string; readonly isValid: boolean } {
    let text = ''
    let from = 0
    try {
      for (; from < bytes.length; from += BLOCK) {
        const block = bytes.subarray(from, from + BLOCK)
        text += this.#decoder.decode(block, { stream: true })
        this.#behind.decode(block, { stream: true })
      }
      // Throws if the text ends inside a character.
      if (last) text += this.#decoder.decode()
      return { text, isValid: true }
    } catch {
      return { text: text + this.#decodeValidStart(bytes.subarray(from, from + BLOCK)), isValid: false }
    }
  }

  #decodeValidStart(block: Uint8Array): string {
    let text = ''
    try {
      for (const byte of block) text += this.#behind.decode(Uint8Array.of(byte), { stream: true })
    } catch {
      // The first invalid byte: everything before it has been decoded.
    }
    return text
  }
}

export function invalidText(encoding: string, place: Place, { line, column }: TextPosition): FormatError {
  const what = `line ${line}: bytes that are not ${encoding}; give their encoding, or invalid: 'replace' to read them as U+FFFD`
  return new FormatError(place, line - 1, what, { line, column })
}

/** Counts lines and columns, from 1, while text passes. */
export class TextPosition {
  line: number
  column = 1

  constructor(line = 1) {
    this.line = line
  }

  pass(text: string): void {
    let from = 0
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', from)) {
      from = at + 1
      this.line++
      this.column = 1
    }
    this.column += text.length - from
  }
}
