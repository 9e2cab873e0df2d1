/** Reads a key from the bytes of an item, from `start` on, as its key function does from the text; NaN if only the text can tell. */
export type BytesReader = (bytes: Uint8Array, start: number) => number

const readers = new WeakMap<object, BytesReader>()

/** Records how the keys of a key function can be read from bytes. */
export function noteBytesReader<K extends object>(key: K, reader: BytesReader): K {
  readers.set(key, reader)
  return key
}

export const bytesReaderOf = (key: object): BytesReader | undefined => readers.get(key)
