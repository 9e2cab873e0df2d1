import type { Cursor } from '../../kernel/cursor.ts'
import { bytesReaderOf } from '../../keys/bytes-of-key.ts'

export type KeyFunction<T> = (item: T) => unknown

/** The key function for the item that the cursor gave last. It reads the bytes of the item, where they are known and suffice. */
export function keyReader<T>(
  keyFunction: KeyFunction<T> | undefined,
  cursor: Cursor<T>,
): KeyFunction<T> | undefined {
  if (keyFunction === undefined) return undefined
  const read = bytesReaderOf(keyFunction)
  const latest = read && cursor.itemBytes?.()
  if (read === undefined || latest === undefined) return keyFunction
  return (item) => {
    const { bytes, start } = latest
    const key = bytes === undefined ? NaN : read(bytes, start)
    return Number.isNaN(key) ? keyFunction(item) : key
  }
}
