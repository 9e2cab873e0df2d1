import { crc32 } from 'node:zlib'

/** The first bytes of a gzip member whose data is compressed with deflate, the only method there is. */
const MAGIC = [0x1f, 0x8b, 8]

/** How many bytes tell whether a file is gzip. */
export const MAGIC_LENGTH = MAGIC.length

/** Whether the bytes begin as gzip does; undefined if there are too few of them to tell. */
export function isGzip(start: Uint8Array): boolean | undefined {
  const known = Math.min(start.length, MAGIC.length)
  for (let i = 0; i < known; i++) if (start[i] !== MAGIC[i]) return false
  return known === MAGIC.length ? true : undefined
}

const HEADER_CHECKSUM = 2
const EXTRA = 4
const NAME = 8
const COMMENT = 16
const RESERVED = 0xe0

/** Reads a part of a member that is not compressed: each `yield` receives the next byte. */
export type FramePart<R> = Generator<undefined, R, number>

/** Why the bytes are not gzip. */
export class GzipFault extends Error {}

const TRAILING =
  'other data follows the last gzip member: only further members, or zero bytes to the end, may'

/** Everything before the compressed data of a member, from its second byte on. */
export function* memberHeader(): FramePart<void> {
  const start = MAGIC.slice(0, 1)
  for (const expected of MAGIC.slice(1)) {
    const byte = yield
    if (byte !== expected) throw new GzipFault(TRAILING)
    start.push(byte)
  }
  let checksum = crc32(Buffer.from(start))
  function* next(): FramePart<number> {
    const byte = yield
    checksum = crc32(Buffer.of(byte), checksum)
    return byte
  }
  const flags = yield* next()
  if ((flags & RESERVED) !== 0) throw new GzipFault('the gzip data is corrupt: unknown header flags')
  // The modification time, flags of the compressor, and the operating system.
  for (let i = 0; i < 6; i++) yield* next()
  if ((flags & EXTRA) !== 0) {
    const length = (yield* next()) + 256 * (yield* next())
    for (let i = 0; i < length; i++) yield* next()
  }
  if ((flags & NAME) !== 0) while ((yield* next()) !== 0);
  if ((flags & COMMENT) !== 0) while ((yield* next()) !== 0);
  if ((flags & HEADER_CHECKSUM) === 0) return
  const expected = checksum & 0xffff
  if ((yield) + 256 * (yield) !== expected)
    throw new GzipFault('the gzip data is corrupt: wrong checksum of a header')
}

/** The checksum and the length of the decompressed data, which follow the compressed data. */
export function* memberTrailer(checksum: number, length: number): FramePart<void> {
  if ((yield* integer()) !== checksum) throw new GzipFault('the gzip data is corrupt: wrong checksum')
  if ((yield* integer()) !== length) throw new GzipFault('the gzip data is corrupt: wrong length')
}

function* integer(): FramePart<number> {
  const bytes = Buffer.alloc(4)
  for (let i = 0; i < bytes.length; i++) bytes[i] = yield
  return bytes.readUInt32LE()
}

/** After a member: ends where the next one begins, or reads zero bytes to the end. */
export function* betweenMembers(): FramePart<void> {
  let byte = yield
  if (byte === MAGIC[0]) return
  for (; byte === 0; byte = yield);
  throw new GzipFault(TRAILING)
}
