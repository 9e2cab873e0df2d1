/** The bytes of the item that a cursor gave last: some keys can be read from them faster than from its text. */
export interface ItemBytes {
  /** A line feed ends the item, or the end of the bytes. Undefined unless every byte is one character of the text. */
  bytes: Uint8Array | undefined
  /** Where the item begins. */
  start: number
}
