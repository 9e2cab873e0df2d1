import { open, stat, type FileHandle } from 'node:fs/promises'
import { abortable, pause } from '../cursor/abortable.ts'
import { milliseconds, type Rule } from '../cursor/options.ts'

export interface FollowOptions {
  /** Goes on when the file grows: from its end (`true` or `'end'`), or from its beginning. */
  follow?: boolean | 'end' | 'beginning' | undefined
  /** How often to look, in milliseconds, 250 by default; or what is awaited before the next look. */
  poll?: number | (() => PromiseLike<unknown>) | undefined
}

export const followRules = {
  follow: {
    expected: "true, false, 'end' or 'beginning'",
    holds: (value) => typeof value === 'boolean' || value === 'end' || value === 'beginning',
  },
  poll: {
    expected: `${milliseconds.expected}, or a function`,
    holds: (value) => typeof value === 'function' || milliseconds.holds(value),
  },
} satisfies Record<string, Rule>

const CHUNK = 2 ** 16

/**
 * The files that bear a name, one after the other, without end. One is over when another bears its name and nothing was
 * added to it for one look, or when it has become shorter, and is then read from its beginning. A name that nobody bears is
 * waited for, but for the first.
 */
export function followed(path: string | URL, options: FollowOptions): Iterable<() => AsyncIterable<Buffer>> {
  const { follow, poll = 250 } = options
  const looking = (signal: AbortSignal): Pause => {
    return () => pause(typeof poll === 'number' ? poll : poll(), signal)
  }
  const from = follow === 'beginning' ? follow : 'end'
  const first = () => abortable((signal) => growing(() => open(path), path, from, looking(signal)))
  const next = () =>
    abortable((signal) => growing(() => whenThere(path, looking(signal)), path, 'beginning', looking(signal)))
  return {
    *[Symbol.iterator]() {
      yield first
      for (;;) yield next
    },
  }
}

/** Waits for the next look; false where it was broken off. */
type Pause = () => Promise<boolean>

async function whenThere(path: string | URL, lookAgain: Pause): Promise<FileHandle | undefined> {
  do {
    try {
      return await open(path)
    } catch (error) {
      if (!isAbsent(error)) throw error
    }
  } while (await lookAgain())
  return undefined
}

/** What a file holds, and what is added to it, as long as it bears the name. */
async function* growing(
  opened: () => Promise<FileHandle | undefined>,
  path: string | URL,
  from: 'end' | 'beginning',
  lookAgain: Pause,
): AsyncGenerator<Buffer, void, undefined> {
  const file = await opened()
  if (file === undefined) return
  try {
    const { dev, ino, size } = await file.stat()
    let position = from === 'end' ? size : 0
    let replaced = false
    for (;;) {
      const before = position
      for (;;) {
        const chunk = Buffer.allocUnsafe(CHUNK)
        const { bytesRead } = await file.read(chunk, 0, CHUNK, position)
        if (bytesRead === 0) break
        position += bytesRead
        yield chunk.subarray(0, bytesRead)
      }
      if (replaced && position === before) return
      if ((await file.stat()).size < position) return
      const bearer = await stat(path).catch(unlessAbsent)
      replaced = bearer !== undefined && (bearer.ino !== ino || bearer.dev !== dev)
      if (!(await lookAgain())) return
    }
  } finally {
    await file.close()
  }
}

const isAbsent = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

function unlessAbsent(error: unknown): undefined {
  if (!isAbsent(error)) throw error
}
