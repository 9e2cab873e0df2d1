/** The command line. */
import { parseArgs } from 'node:util'

export const USAGE = `npm run bench [-- NAME… OPTIONS]

Runs the benchmarks in bench/benchmarks whose names contain any of the given words, or all of them.

  --rounds N     rounds per benchmark (default 7; a curve runs at most 3, and slow benchmarks set a lower limit)
  --node PATH    the Node binary that runs the benchmarks (default: this one)
  --json FILE    save the results as JSON
  --results      write bench/RESULTS.md and bench/charts
  --from FILE…   with --results: use the results in these JSON files instead of measuring
  --gate         exit with code 1 if a target is missed
  --scale S      scale the input sizes, e.g. by 0.01 for a trial run that checks only that all ways agree
  --help         show this text`

export interface Options {
  readonly words: readonly string[]
  readonly rounds: number
  readonly node: string
  readonly json: string | undefined
  readonly results: boolean
  /** JSON files of earlier runs; if empty, the benchmarks are run. */
  readonly from: readonly string[]
  readonly gate: boolean
  readonly scale: number
  readonly help: boolean
}

/** Invalid arguments; the message is printed without a stack trace. */
export class UsageError extends Error {}

export function parse(args: readonly string[]): Options {
  const { values, positionals } = parsed(args)
  const { from = [], results = false, json } = values
  if (from.length > 0 && !results) throw new UsageError('--from needs --results')
  if (from.length > 0 && json !== undefined)
    throw new UsageError(
      '--from and --json exclude each other: --from runs no benchmarks whose results could be saved',
    )
  const scale = positive('scale', values.scale ?? '1', Number.isFinite, 'a positive number')
  if (values.gate === true && scale !== 1) throw new UsageError('--gate needs the full size: remove --scale')
  return {
    words: from.length > 0 ? [] : positionals,
    rounds: positive('rounds', values.rounds ?? '7', Number.isSafeInteger, 'a positive integer'),
    node: values.node ?? process.execPath,
    json,
    results,
    from: from.length > 0 ? [...from, ...positionals] : [],
    gate: values.gate ?? false,
    scale,
    help: values.help ?? false,
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        rounds: { type: 'string' },
        node: { type: 'string' },
        json: { type: 'string' },
        results: { type: 'boolean' },
        from: { type: 'string', multiple: true },
        gate: { type: 'boolean' },
        scale: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new UsageError((error as Error).message.split('. ')[0], { cause: error })
  }
}

function positive(name: string, given: string, isValid: (value: number) => boolean, wanted: string): number {
  const value = given.trim() === '' ? NaN : Number(given)
  if (!isValid(value) || value <= 0) throw new UsageError(`--${name} must be ${wanted}, not "${given}"`)
  return value
}
