/** Reads the key of an item from its bytes; NaN if the key function has to read the text. */
export type BytesReader = (bytes: Uint8Array, start: number, end: number) => number

const readers = new WeakMap<object, BytesReader>()

/** Records how the keys of a key function can be read from bytes. */
export function noteBytesReader(key: object, reader: BytesReader): void {
  readers.set(key, reader)
}

export const bytesReaderOf = (key: object): BytesReader | undefined => readers.get(key)
