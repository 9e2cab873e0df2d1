import { availableParallelism } from 'node:os'
import { compose, filter, lineSource, map, pipe } from '../index.ts'
import { command } from './command.ts'
import { eachSpec } from './each-spec.ts'
import { DataError, explain } from './failure.ts'
import { FAILED, OK } from './io.ts'
import { positiveOption } from './numbers.ts'
import { say } from './report.ts'
import { runLine, type LineCommand, type LineResult } from './run-line.ts'
import { usable, UsageError, type Parsed } from './usage.ts'
import { writeOut } from './write-out.ts'

export const each = command(eachSpec, async (parsed, io) => {
  const command = readCommand(parsed)
  const encoding = parsed.get('encoding')
  usable(() => lineSource([], { encoding }), `--encoding ${encoding}: not an encoding that TextDecoder knows`)
  const concurrency = positiveOption(parsed, 'jobs') ?? availableParallelism()
  const [isFast, ordered] = [parsed.has('fail-fast'), parsed.has('ordered')]
  let [done, failed] = [0, 0]
  const report = ({ name, fault, hasStarted, out, errors }: LineResult): Buffer => {
    done++
    io.stderr.write(errors)
    if (fault === undefined) return out
    const message = `${name}: ${fault}`
    // One that cannot be run can be run for no line.
    if (isFast || !hasStarted) throw new DataError(message)
    say(message, io)
    failed++
    return out
  }
  const checked = (line: string, index: number): string => {
    if (line.includes('\0'))
      throw new DataError(
        `standard input, line ${index + 1}: has a NUL character, which no argument can have`,
      )
    return line
  }
  const run = compose(
    map(checked),
    filter((line: string) => line.trim() !== ''),
    map((line: string, _, { signal }) => runLine(command, line, signal).catch(refused(line)), {
      concurrency,
      ordered,
    }),
    map(report),
  )
  await writeOut(
    pipe(lineSource(io.stdin, { encoding, invalid: 'fail' }), run),
    undefined,
    io,
    () => `${done} done`,
  )
  if (failed === 0) return OK
  say(`${failed} of ${done} commands failed`, io)
  return FAILED
})

/** Some lines are too long for an argument. */
const refused = (line: string) => (error: unknown) => {
  throw new DataError(`standard input: a line of ${line.length} characters: ${explain(error)}`)
}

function readCommand(parsed: Parsed): LineCommand {
  const { operands } = parsed
  const isShell = parsed.has('shell')
  const [only, ...others] = operands
  const words =
    isShell || only === undefined || others.length > 0
      ? operands
      : only.split(/\s+/).filter((word) => word !== '')
  if (words.length === 0) throw new UsageError('no command given to run')
  return { words, isShell }
}
