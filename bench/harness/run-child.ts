/** Runs benchmarks in child processes, one at a time, so that they do not compete for the CPU. */
import { execFile, type ExecFileException } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Measurement } from './child.ts'
import type { Outline } from './outline.ts'

const TIMEOUT = 10 * 60_000
/** Node's exit code for a top-level await that can never settle. */
const UNSETTLED_TOP_LEVEL_AWAIT = 13
const child = join(import.meta.dirname, 'child.js')
const run = promisify(execFile)

/** A compiled benchmark, and the Node binary that runs it. */
export interface Script {
  readonly file: string
  readonly node: string
}

/** Children inherit `FANPIPE_BENCH_SCALE`, so it applies to the sizes in the outline too. */
export const readOutline = (script: Script): Promise<Outline> => runChild<Outline>(script, [])

export const runWay = (script: Script, way: string): Promise<Measurement> =>
  runChild<Measurement>(script, [way])

export const runPoint = (
  script: Script,
  series: string,
  x: number,
  flags: readonly string[],
): Promise<Measurement> => runChild<Measurement>(script, [series, String(x)], flags)

async function runChild<T>(
  { file, node }: Script,
  args: readonly string[],
  flags: readonly string[] = [],
): Promise<T> {
  let printed: string
  try {
    const { stdout } = await run(node, [...flags, child, file, ...args], {
      timeout: TIMEOUT,
      maxBuffer: 2 ** 26,
    })
    printed = stdout
  } catch (error) {
    throw new Error(
      [args.join(' at '), describeFailure(error as ExecFileException)].filter(Boolean).join(': '),
      { cause: error },
    )
  }
  const lastLine = printed.trimEnd().split('\n').at(-1) ?? ''
  if (lastLine === '') throw new Error(`${args.join(' at ')}: the process exited without printing a result`)
  return JSON.parse(lastLine) as T
}

function describeFailure({ killed, code, signal, stderr = '' }: ExecFileException): string {
  return [exitReason(), ...stderr.trim().split('\n').slice(-20)].join('\n    ').trimEnd()

  function exitReason(): string {
    if (killed === true) return `timed out after ${TIMEOUT / 60_000} minutes`
    if (code === UNSETTLED_TOP_LEVEL_AWAIT) return 'deadlocked: it awaits a promise that can never settle'
    return code == null ? `killed by ${signal}` : `exited with code ${code}`
  }
}
