import type { Cursor } from '../../kernel/cursor.ts'
import { bytesReaderOf } from '../../keys/bytes-reader.ts'

export type KeyFunction<T> = (item: T) => unknown

/** Returns the key of the item that `cursor` returned last: from its bytes if possible, which is faster, or by `keyFunction`. */
export function keyReader<T>(
  keyFunction: KeyFunction<T> | undefined,
  cursor: Cursor<T>,
): KeyFunction<T> | undefined {
  if (keyFunction === undefined) return undefined
  const readBytes = bytesReaderOf(keyFunction)
  if (readBytes === undefined) return keyFunction
  const itemBytes = cursor.itemBytes?.()
  if (itemBytes === undefined) return keyFunction
  return (item) => {
    const { bytes, start, end } = itemBytes
    const key = bytes === undefined ? NaN : readBytes(bytes, start, end)
    return Number.isNaN(key) ? keyFunction(item) : key
  }
}
