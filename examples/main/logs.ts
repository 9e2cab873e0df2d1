import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileSink, toLines } from 'fanpipe'

/** A server's log: one file, or the rotated one and then the current one. */
export interface Log {
  readonly name: string
  readonly files: readonly string[]
}

interface Server {
  readonly name: string
  readonly lines: number
  readonly end?: string
  readonly rotated?: boolean
}

const servers: readonly Server[] = [
  ...['web-1', 'web-2', 'web-3', 'web-4'].map((name) => ({ name, lines: 35_000 })),
  { name: 'auth', lines: 30_000, end: '\r\n' },
  { name: 'api', lines: 40_000, rotated: true },
  { name: 'mail', lines: 10_000 },
  { name: 'standby', lines: 0 },
]

/** Writes the logs of eight servers, unless they exist: the same on every machine. */
export async function makeLogs(dir: string, signal: AbortSignal): Promise<Log[]> {
  mkdirSync(dir, { recursive: true })
  const logs: Log[] = []
  for (const [seed, server] of servers.entries()) {
    const { name, lines, rotated = false } = server
    const files = (rotated ? [`${name}.log.1`, `${name}.log`] : [`${name}.log`]).map((file) =>
      join(dir, file),
    )
    const each = lines / files.length
    for (const [part, path] of files.entries()) {
      if (existsSync(path)) continue
      const text = linesOf(server, seed, part * each, (part + 1) * each)
      await pipeline(text, toLines({ end: server.end }), fileSink(path), { signal })
    }
    logs.push({ name, files })
  }
  return logs
}

const START = Date.UTC(2026, 0, 1)
const HOUR = 3_600_000
const CODES = [200, 200, 200, 200, 200, 204, 301, 404, 500, 503]

/** Lines `from` to `to` of an hour of a server. Times are whole tenths of a second, so that lines of several servers share them. */
function* linesOf({ name, lines }: Server, seed: number, from: number, to: number) {
  const random = mulberry32(seed)
  for (let i = 0; i < to; i++) {
    const code = CODES[Math.floor(random() * CODES.length)]
    const [page, took] = [Math.floor(random() * 1000), Math.floor(random() * 400)]
    if (i < from) continue
    const time = new Date(START + Math.floor(((i / lines) * HOUR) / 100) * 100).toISOString()
    yield `${time} ${name} GET /page/${page} ${code} ${took}ms`
  }
}

/** Mulberry32 (Tommy Ettinger, public domain): small, seeded, and good enough for a log. */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
