import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { abortable } from '../to/abortable.ts'
import { readOptions, failOrReport } from '../kernel/options.ts'
import { many, none } from './marks.ts'
import { stepPlan } from './step.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'
import { isThenable } from '../kernel/guards.ts'

export interface HashOptions {
  /**
   * `'fail'`, the default, or a function that is called with a file that cannot be read, which is then left out. A promise is
   * awaited, except over a sync iterable, where it is an `ArgumentError`.
   */
  unreadable?: 'fail' | ((path: string, error: unknown) => unknown) | undefined
}

/** A file with the hash and the size of its content. */
export interface HashedFile {
  readonly path: string
  /** The SHA-256 in hexadecimal. */
  readonly sha256: string
  /** The size in bytes. */
  readonly size: number
}

const CHUNK = 2 ** 18

export interface Sha256WithSizeMaker<F extends FaceName> {
  /**
   * A stage that reads the file of each path once, chunk by chunk, and yields its SHA-256 and its size, both of the same
   * bytes even if the file is growing. Over a sync iterable it reads synchronously.
   *
   * Order: the order of the input, 1:1 except for files that `unreadable` leaves out.
   *
   * Memory: one chunk of 256 KiB.
   *
   * Opens and closes: opens one file at a time, and closes it before the next.
   *
   * Emits when: a file has been read.
   *
   * Completes when: upstream does.
   *
   * Cancels when: the output is closed; upstream and the open file are closed with it.
   *
   * Errors: those of the file, unchanged, unless `unreadable` is a function, which is called instead.
   *
   * See also: `walkSource`.
   *
   * @example
   * const [file] = await chain([sha256WithSize()(['LICENSE'])]).toArray()
   * file.path + ' ' + file.sha256.length // => 'LICENSE 64'
   */
  <A extends string = string>(options?: HashOptions): StageOf<F, A, HashedFile>
}

export const sha256WithSize: Sha256WithSizeMaker<'iter'> = (
  options: HashOptions = {},
): SyncStage<string, HashedFile> => {
  const { unreadable = 'fail' } = readOptions(options, { unreadable: failOrReport })
  const onUnreadable = (path: string, error: unknown): unknown => {
    if (unreadable === 'fail') throw error
    return unreadable(path, error)
  }
  return toStage(
    stepPlan((_, face) => {
      const chunk = Buffer.allocUnsafe(CHUNK)
      const hashAsync = (path: string): AsyncIterable<HashedFile> =>
        abortable(async function* (signal) {
          try {
            const file = await hashFile(path, chunk, signal)
            if (file !== undefined) yield file
          } catch (error) {
            await onUnreadable(path, error)
          }
        })
      const hashSync = (path: string): unknown => {
        try {
          return hashFileSync(path, chunk)
        } catch (error) {
          const reported = onUnreadable(path, error)
          return isThenable(reported) ? reported : none
        }
      }
      return face === 'iter' ? hashSync : (path) => many(hashAsync(path))
    }, 'unreadable'),
  )
}

async function hashFile(path: string, chunk: Buffer, signal: AbortSignal): Promise<HashedFile | undefined> {
  const hash = createHash('sha256')
  const file = await open(path)
  let size = 0
  try {
    while (!signal.aborted) {
      const { bytesRead } = await file.read(chunk)
      if (bytesRead === 0) return { path, sha256: hash.digest('hex'), size }
      hash.update(chunk.subarray(0, bytesRead))
      size += bytesRead
    }
    return undefined
  } finally {
    await file.close()
  }
}

function hashFileSync(path: string, chunk: Buffer): HashedFile {
  const hash = createHash('sha256')
  const file = openSync(path, 'r')
  let size = 0
  try {
    for (;;) {
      const read = readSync(file, chunk, 0, CHUNK, null)
      if (read === 0) return { path, sha256: hash.digest('hex'), size }
      hash.update(chunk.subarray(0, read))
      size += read
    }
  } finally {
    closeSync(file)
  }
}
