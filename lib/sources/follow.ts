import { abortable, pause } from '../to/abortable.ts'
import { callback, flag, isRecord, milliseconds, oneOf, readOptions, type Rule } from '../kernel/options.ts'
import { FollowedName, type LookAgain } from './followed-name.ts'
import { isGzip, MAGIC_LENGTH } from './gzip-frame.ts'
import type { RegularFile } from './regular-file.ts'

/**
 * Called with the error when there is no readable file at the path, and again when the reason changes. A promise is awaited. If
 * it throws, following ends with that error.
 */
export type OnMissing = (error: unknown) => unknown

export interface FollowSettings {
  /** Where to start reading the first file: at its `'end'`, the default, or at its `'beginning'`. */
  from?: 'end' | 'beginning' | undefined
  /** Whether to wait if there is no file at first, instead of failing; the file is then read from its beginning. */
  wait?: boolean | undefined
  /** Called while there is no readable file at the path. */
  onMissing?: OnMissing | undefined
}

export interface FollowOptions {
  /** Keeps reading as the file grows, and continues with the next file of that name. `true` starts at the end. */
  follow?: boolean | FollowSettings | undefined
  /**
   * How long to wait between two checks of the file, in milliseconds; 250 by default. Or a function that returns a promise to
   * wait for; if that resolves to a number, we also wait that many milliseconds.
   */
  poll?: number | (() => PromiseLike<unknown>) | undefined
  /** The same as `follow.onMissing`, which takes precedence. */
  onMissing?: OnMissing | undefined
}

export const followRules = {
  follow: {
    expected: "true, false, or an object such as { from: 'beginning', wait: true }",
    holds: (value) => typeof value === 'boolean' || isRecord(value),
  },
  poll: {
    expected: `${milliseconds.expected}, or a function`,
    holds: (value) => typeof value === 'function' || milliseconds.holds(value),
  },
  onMissing: callback,
} satisfies Record<string, Rule>

const settingsRules = { from: oneOf('end', 'beginning'), wait: flag, onMissing: callback }

const CHUNK = 2 ** 16

/**
 * The successive files at a path, without end. A file ends when another has replaced it and it did not grow between two checks,
 * or when it was truncated; in that case it comes again, from its beginning. With `refusesGzip`, a file that begins as gzip does
 * is always read from its beginning, where the reader recognises it.
 */
export function followed(
  path: string | URL,
  options: FollowOptions,
  refusesGzip: boolean,
): Iterable<() => AsyncIterable<Buffer>> {
  const { follow, poll = 250 } = options
  const given: FollowSettings = typeof follow === 'object' ? readOptions(follow, settingsRules) : {}
  const { from = 'end', wait = false, onMissing = options.onMissing } = given
  const pauseUntilNextCheck = (signal: AbortSignal): LookAgain => {
    return () => pause(typeof poll === 'number' ? poll : poll(), signal, 'poll')
  }
  return {
    *[Symbol.iterator]() {
      const name = new FollowedName(path, onMissing)
      yield () =>
        abortable((signal) =>
          growing(name, { wait, fromEnd: from === 'end', refusesGzip }, pauseUntilNextCheck(signal)),
        )
      for (;;)
        yield () =>
          abortable((signal) =>
            growing(name, { wait: true, fromEnd: false, refusesGzip }, pauseUntilNextCheck(signal)),
          )
    },
  }
}

interface Start {
  readonly wait: boolean
  /** Ignored if there was no file at first: then all of its content is new. */
  readonly fromEnd: boolean
  readonly refusesGzip: boolean
}

/** Reads one file, and what is appended to it, until it is replaced or truncated. */
async function* growing(
  name: FollowedName,
  { wait, fromEnd, refusesGzip }: Start,
  lookAgain: LookAgain,
): AsyncGenerator<Buffer, void, undefined> {
  let file = wait ? await name.whenOpen(lookAgain) : await name.open()
  let position = fromEnd && !name.wasAbsent ? (file?.initialSize ?? 0) : 0
  let isReplaced = false
  try {
    if (refusesGzip && position > 0 && (await beginsAsGzip(file))) position = 0
    while (file !== undefined) {
      const positionBefore = position
      try {
        for (let size = await file.size(); size !== position; size = await file.size()) {
          if (size < position) return
          const chunk = await file.read(position, Math.min(size - position, CHUNK))
          // The file was truncated meanwhile, or the file system reports a wrong size.
          if (chunk.length === 0) break
          position += chunk.length
          yield chunk
        }
      } catch (error) {
        // For example a stale handle after a file server was restarted: reopen, and continue if it is still the same file.
        await name.missing(error)
        await file.close().catch(() => undefined)
        if (!(await lookAgain())) return
        const reopened = await name.whenOpen(lookAgain)
        const isSame = reopened !== undefined && file.isSame(reopened) && reopened.initialSize >= position
        file = reopened
        if (isSame) continue
        return
      }
      if (isReplaced && position === positionBefore) return
      isReplaced = await name.isAnother(file)
      if (!(await lookAgain())) return
    }
  } finally {
    await file?.close()
  }
}

/** Whether the file begins as gzip does; undefined if it is too short to tell, or cannot be read now. */
async function beginsAsGzip(file: RegularFile | undefined): Promise<boolean | undefined> {
  try {
    return file && isGzip(await file.read(0, MAGIC_LENGTH))
  } catch {
    // The next read meets the same error, and waits.
    return undefined
  }
}
