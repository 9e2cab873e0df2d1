import { abortable, pause } from '../to/abortable.ts'
import { callback, flag, isRecord, milliseconds, oneOf, readOptions, type Rule } from '../kernel/options.ts'
import { FollowedName, type LookAgain } from './followed-name.ts'

/**
 * Called with the error when no file of the name can be read, and again when the reason changes. A promise is awaited; what it
 * throws ends the follower.
 */
export type OnMissing = (error: unknown) => unknown

export interface FollowSettings {
  /** Where to start in the first file: at its `'end'`, the default, or at its `'beginning'`. */
  from?: 'end' | 'beginning' | undefined
  /** Whether to wait for the first file, too, instead of failing; one that was not there yet is read from its beginning. */
  wait?: boolean | undefined
  /** Called while no file of the name can be read. */
  onMissing?: OnMissing | undefined
}

export interface FollowOptions {
  /** Goes on as the file grows, and with the next file of its name; `true` starts at the end, and `false` is the default. */
  follow?: boolean | FollowSettings | undefined
  /**
   * How long to wait between two looks at the file, in milliseconds; 250 by default. Or a function that returns a promise,
   * which is waited for, and if it is of a number, that many milliseconds after it.
   */
  poll?: number | (() => PromiseLike<unknown>) | undefined
  /** The same as `follow.onMissing`, which counts if both are given. */
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
 * The files that bear a name, one after the other, without end. One is over when another bears its name and nothing was
 * added to it for one look, or when it has become shorter, and is then read from its beginning.
 */
export function followed(path: string | URL, options: FollowOptions): Iterable<() => AsyncIterable<Buffer>> {
  const { follow, poll = 250 } = options
  const given: FollowSettings = typeof follow === 'object' ? readOptions(follow, settingsRules) : {}
  const { from = 'end', wait = false, onMissing = options.onMissing } = given
  const looking = (signal: AbortSignal): LookAgain => {
    return () => pause(typeof poll === 'number' ? poll : poll(), signal, 'poll')
  }
  return {
    *[Symbol.iterator]() {
      const name = new FollowedName(path, onMissing)
      yield () => abortable((signal) => growing(name, { wait, fromEnd: from === 'end' }, looking(signal)))
      for (;;)
        yield () => abortable((signal) => growing(name, { wait: true, fromEnd: false }, looking(signal)))
    },
  }
}

interface Start {
  readonly wait: boolean
  /** Unless the file was not there at first: then all of it is new. */
  readonly fromEnd: boolean
}

/** What a file holds, and what is added to it, as long as it bears the name. */
async function* growing(
  name: FollowedName,
  { wait, fromEnd }: Start,
  lookAgain: LookAgain,
): AsyncGenerator<Buffer, void, undefined> {
  let file = wait ? await name.whenOpen(lookAgain) : await name.open()
  let position = fromEnd && !name.wasAbsent ? (file?.initialSize ?? 0) : 0
  let isReplaced = false
  try {
    while (file !== undefined) {
      const before = position
      try {
        for (let size = await file.size(); size !== position; size = await file.size()) {
          if (size < position) return
          const chunk = await file.read(position, Math.min(size - position, CHUNK))
          // it has been cut meanwhile, or its system tells a size that it has not
          if (chunk.length === 0) break
          position += chunk.length
          yield chunk
        }
      } catch (error) {
        // a stale handle, as of a file server that was restarted: the file is opened again, and read on if it is the same
        await name.missing(error)
        await file.close().catch(() => undefined)
        if (!(await lookAgain())) return
        const again = await name.whenOpen(lookAgain)
        const isSame = again !== undefined && file.isSame(again) && again.initialSize >= position
        file = again
        if (isSame) continue
        return
      }
      if (isReplaced && position === before) return
      isReplaced = await name.isAnother(file)
      if (!(await lookAgain())) return
    }
  } finally {
    await file?.close()
  }
}
