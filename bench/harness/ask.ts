/** Runs children, one at a time, so that no two share the machine. */
import { execFile, type ExecFileException } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Answer } from './child.ts'
import type { Outline } from './outline.ts'

const PATIENCE = 10 * 60_000
/** How Node ends when nothing is left that could settle what is awaited. */
const UNSETTLED = 13
const child = join(import.meta.dirname, 'child.js')
const run = promisify(execFile)

/** A question's file, and the Node that runs it. */
export interface Asked {
  readonly file: string
  readonly node: string
}

/** `FANPIPE_BENCH_SCALE` of this process is the children's too. */
export const askOutline = (asked: Asked): Promise<Outline> => ask<Outline>(asked, [])

export const askWay = (asked: Asked, way: string): Promise<Answer> => ask<Answer>(asked, [way])

export const askPoint = (
  asked: Asked,
  series: string,
  x: number,
  flags: readonly string[],
): Promise<Answer> => ask<Answer>(asked, [series, String(x)], flags)

async function ask<T>(
  { file, node }: Asked,
  args: readonly string[],
  flags: readonly string[] = [],
): Promise<T> {
  let printed: string
  try {
    const { stdout } = await run(node, [...flags, child, file, ...args], {
      timeout: PATIENCE,
      maxBuffer: 2 ** 26,
    })
    printed = stdout
  } catch (error) {
    throw new Error([args.join(' at '), why(error as ExecFileException)].filter(Boolean).join(': '), {
      cause: error,
    })
  }
  const answer = printed.trimEnd().split('\n').at(-1) ?? ''
  if (answer === '') throw new Error(`${args.join(' at ')}: ended without an answer`)
  return JSON.parse(answer) as T
}

function why({ killed, code, signal, stderr = '' }: ExecFileException): string {
  return [how(), ...stderr.trim().split('\n').slice(-20)].join('\n    ').trimEnd()

  function how(): string {
    if (killed === true) return `gave no answer in ${PATIENCE / 60_000} minutes`
    if (code === UNSETTLED) return 'waits for what can never come'
    return `ended with ${code == null ? `signal ${signal}` : `exit code ${code}`}`
  }
}
