/** The command line. */
import { parseArgs } from 'node:util'

export const USAGE = `npm run bench [-- NAME… OPTIONS]

Asks the questions of bench/questions, all or those whose name contains one of the words given.

  --rounds N     how often each way is run (7; 3 at most for a curve; a question may want fewer)
  --node PATH    the Node to run the ways with
  --json FILE    write what was measured
  --results      write bench/RESULTS.md and bench/charts
  --from FILE…   with --results: from what was measured before, and measure nothing
  --gate         exit 1 when a target is missed
  --scale S      a share of the full size, such as 0.01: a trial of whether all ways agree, and no measurement
  --help         this text`

export interface Options {
  readonly words: readonly string[]
  readonly rounds: number
  readonly node: string
  readonly json: string | undefined
  readonly results: boolean
  /** JSON files of earlier runs; none to measure. */
  readonly from: readonly string[]
  readonly gate: boolean
  readonly scale: number
  readonly help: boolean
}

/** A command that makes no sense, told in one line. */
export class UsageError extends Error {}

export function parse(args: readonly string[]): Options {
  const { values, positionals } = parsed(args)
  const { from = [], results = false, json } = values
  if (from.length > 0 && !results) throw new UsageError('--from is of use only with --results')
  if (from.length > 0 && json !== undefined)
    throw new UsageError('--from measures nothing that --json could write')
  const scale = positive('scale', values.scale ?? '1', Number.isFinite, 'a number above 0')
  if (values.gate === true && scale !== 1)
    throw new UsageError('--gate has nothing to judge in a trial, which --scale makes it')
  return {
    words: from.length > 0 ? [] : positionals,
    rounds: positive('rounds', values.rounds ?? '7', Number.isSafeInteger, 'a whole number above 0'),
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

function positive(name: string, given: string, is: (value: number) => boolean, wanted: string): number {
  const value = given.trim() === '' ? NaN : Number(given)
  if (!is(value) || value <= 0) throw new UsageError(`--${name} takes ${wanted}, not "${given}"`)
  return value
}
