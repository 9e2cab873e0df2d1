/** Runs the `fanpipe` command in this process. */
import { PassThrough, Readable } from 'node:stream'
import { run } from '../../lib/cli/run.ts'

export interface Outcome {
  readonly code: number
  readonly out: Buffer
  /** The output as text. */
  readonly text: string
  readonly errors: string
}

export interface Given {
  /** The content of standard input. */
  readonly input?: string | Buffer
  readonly signal?: AbortSignal
  /** Whether standard error is a terminal. */
  readonly isTerminal?: boolean
}

/** Everything that the stream has buffered; from Node 26 on, `read` returns one chunk at a time. */
function taken(stream: PassThrough): Buffer {
  const chunks: Buffer[] = []
  for (;;) {
    const chunk = stream.read() as Buffer | null
    if (chunk === null) return Buffer.concat(chunks)
    chunks.push(chunk)
  }
}

export async function cli(
  args: readonly string[],
  { input = '', signal, isTerminal = false }: Given = {},
): Promise<Outcome> {
  const stdout = new PassThrough({ highWaterMark: 2 ** 30 })
  const stderr = Object.assign(new PassThrough({ highWaterMark: 2 ** 30 }), { isTTY: isTerminal })
  const stdin = Readable.from([Buffer.from(input)], { objectMode: false })
  const code = await run(args, { stdin, stdout, stderr, signal: signal ?? new AbortController().signal })
  const out = taken(stdout)
  return { code, out, text: out.toString(), errors: taken(stderr).toString() }
}

/** Standard streams and an AbortController for a command that keeps running until it is interrupted. */
export function openIo() {
  const stop = new AbortController()
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  return { stop, stdin, stdout, stderr, signal: stop.signal }
}
