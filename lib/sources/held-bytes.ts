/** Buffers bytes until the rest of a row arrives. The buffer doubles when it is full, so that tiny chunks are not expensive. */
export class HeldBytes {
  /** Only the first `length` bytes are in use. */
  bytes: Buffer = Buffer.alloc(0)
  length = 0

  append(chunk: Uint8Array): void {
    const length = this.length + chunk.length
    if (length > this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.bytes.length))
      this.bytes.copy(larger, 0, 0, this.length)
      this.bytes = larger
    }
    this.bytes.set(chunk, this.length)
    this.length = length
  }

  /** Removes the first `count` bytes. */
  drop(count: number): void {
    this.bytes.copyWithin(0, count, this.length)
    this.length -= count
  }
}
