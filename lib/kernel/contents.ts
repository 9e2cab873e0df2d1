import { ArgumentError } from '../errors.ts'

/** Whether the inputs of a junction give bytes or items; the first input whose mode is known decides for all. */
export class Contents {
  #mode: 'bytes' | 'objects' | undefined
  /** The argument that decided, for the message. */
  #first = ''

  /** Throws if this input gives bytes and another gives items, or the other way round. */
  add(mode: 'bytes' | 'objects' | 'unknown', argument: string): void {
    if (mode === 'unknown' || mode === this.#mode) return
    if (this.#mode !== undefined) throw mixedContents(argument, mode, this.#first)
    this.#mode = mode
    this.#first = argument
  }
}

export function mixedContents(argument: string, mode: 'bytes' | 'objects', other: string): ArgumentError {
  const [bytes, items] = ['a byte stream', 'a source of items']
  return mode === 'bytes'
    ? new ArgumentError(argument, `${items} as ${other} is`, bytes)
    : new ArgumentError(argument, `${bytes} as ${other} is`, items)
}
