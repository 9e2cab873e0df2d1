/** Where the bytes of a cursor's latest item are: some keys are read faster from bytes than from text. */
export interface ItemBytes {
  /** The buffer that holds the item, valid until the next `next()`. Undefined unless each byte was decoded as one character. */
  readonly bytes: Uint8Array | undefined
  /** The index of the first byte of the item. */
  readonly start: number
  /** The index after its last byte. */
  readonly end: number
}
