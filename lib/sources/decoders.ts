import { withOrigin, type Place } from '../kernel/place.ts'
import { FormatError } from '../errors.ts'

/** Text of bytes that are cut anywhere, or what gives it and then fails; `last`: no more bytes will come. */
export type Decode = (bytes: Uint8Array, last: boolean) => unknown

/** Bytes that are not of the encoding become U+FFFD. */
export function decodeReplacing(encoding: string): Decode {
  const decoder = new TextDecoder(encoding, { ignoreBOM: true })
  return (bytes, last) => decoder.decode(bytes, { stream: !last })
}

/** Bytes that are not of the encoding are an error, after the text before them. */
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

/** Decodes up to bytes that are not of the encoding. */
export class StrictDecoder {
  readonly #decoder: InstanceType<typeof TextDecoder>
  /** Has decoded all blocks but the last: an error does not tell where in a block it is. */
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
      // Throws if the end has cut a character.
      if (last) text += this.#decoder.decode()
      return { text, isValid: true }
    } catch {
      return { text: text + this.#validStart(bytes.subarray(from, from + BLOCK)), isValid: false }
    }
  }

  #validStart(block: Uint8Array): string {
    let text = ''
    try {
      for (const byte of block) text += this.#behind.decode(Uint8Array.of(byte), { stream: true })
    } catch {
      // This byte is the first that is wrong.
    }
    return text
  }
}

export function invalidText(encoding: string, place: Place, { line, column }: TextPosition): FormatError {
  const what = `line ${line}: bytes that are not ${encoding}; give their encoding, or invalid: 'replace' to read them as U+FFFD`
  return new FormatError(place, line - 1, what, { line, column })
}

/** Where a text has got to, from 1. */
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
