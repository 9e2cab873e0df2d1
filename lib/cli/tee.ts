import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { setTimeout } from 'node:timers/promises'
import { chain, multicastSink, pipe, type TargetWithOptions } from '../index.ts'
import type { BranchStats } from '../common.ts'
import { command } from './command.ts'
import { Consumer, Left, type ConsumerSettings } from './consumer.ts'
import { cutLines } from './cut-lines.ts'
import { DataError, outputError } from './failure.ts'
import { checkFiles, checkOperands, nameOf, STDIN } from './files.ts'
import { FAILED, OK, type Io } from './io.ts'
import { positiveOption } from './numbers.ts'
import { counting, startProgress } from './progress.ts'
import { checkSize } from './read-files.ts'
import { oneLine, say } from './report.ts'
import { teeSpec } from './tee-spec.ts'
import { UsageError, type Parsed } from './usage.ts'

/** How long a command that reads no more may take to end, in milliseconds. */
const GRACE = 1000

interface TeeSettings {
  readonly files: readonly string[]
  readonly consumers: readonly ConsumerSettings[]
  readonly maxlen: number | undefined
  readonly isQuiet: boolean
}

export const tee = command(teeSpec, async (parsed, io) => {
  const settings = readSettings(parsed)
  const found = await checkFiles(settings.files, io)
  const consumers = settings.consumers.map((consumer) => new Consumer(consumer))
  let code = OK
  try {
    const dropped = await copy(consumers, settings, io)
    for (const file of found) checkSize(file)
    code = await conclude(consumers, dropped, io)
  } catch (error) {
    const left = error instanceof Left ? error.consumer : undefined
    // A command must not take what it has received for everything.
    for (const consumer of consumers) if (consumer !== left) consumer.kill()
    if (left === undefined) throw error
    throw new DataError(await reasonOf(left))
  } finally {
    await Promise.all(consumers.map(({ ended }) => ended))
  }
  return code
})

function readSettings(parsed: Parsed): TeeSettings {
  const { operands } = parsed
  checkOperands(operands)
  const of = (option: string, overflow: ConsumerSettings['overflow']) =>
    parsed.all(option).map((command) => ({ command, overflow }))
  const waiting = [
    ...of('drop-oldest', 'drop-oldest'),
    ...of('drop-newest', 'drop-newest'),
    ...of('detach', 'detach'),
  ]
  const consumers = [...of('to', 'block'), ...waiting]
  if (consumers.length === 0) throw new UsageError('no command given to copy to: give --to COMMAND')
  const maxlen = positiveOption(parsed, 'maxlen')
  if (maxlen !== undefined && waiting.length === 0)
    throw new UsageError('--maxlen needs --drop-oldest, --drop-newest or --detach')
  return {
    files: operands.length === 0 ? [STDIN] : operands,
    consumers,
    maxlen,
    isQuiet: parsed.has('quiet'),
  }
}

/** Copies the files to all; returns how many lines each command has missed. */
async function copy(
  consumers: readonly Consumer[],
  { files, maxlen, isQuiet }: TeeSettings,
  io: Io,
): Promise<number[]> {
  const { signal, stdin, stdout } = io
  let isOutputOpen = !isQuiet
  const output: TargetWithOptions = {
    to: stdout,
    end: false,
    onError: (error) => {
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw outputError(error)
      isOutputOpen = false
    },
  }
  const targets = [...consumers.map((consumer) => consumer.target(maxlen)), ...(isQuiet ? [] : [output])]
  const needsLines = consumers.some(({ mayLeave }) => mayLeave)
  const sink = multicastSink<Buffer>(targets, { objectMode: needsLines })
  const lags = (): string =>
    consumers.map(({ command }, i) => `${oneLine(command)}: ${sink.stats()[i]?.lag} behind`).join(', ')
  const progress = await startProgress(io, isQuiet || stdout.isTTY !== true, lags)
  const inputs = files.map((file): AsyncIterable<Buffer> | (() => AsyncIterable<Buffer>) =>
    file === STDIN ? stdin : () => createReadStream(file),
  )
  const chunks = chain(inputs, { objectMode: false, labels: files.map(nameOf) })
  const items = needsLines ? pipe(chunks, cutLines()) : chunks
  try {
    await pipeline(items, counting(progress), sink, { signal })
  } catch (error) {
    if (isOutputOpen || !consumers.every(({ hasLeft }) => hasLeft) || error instanceof Left) throw error
  } finally {
    progress.stop()
  }
  return consumers.map((_, i) => (sink.stats()[i] as BranchStats).dropped)
}

/** Says which commands have failed or missed something, once all have ended. */
async function conclude(consumers: readonly Consumer[], dropped: number[], io: Io): Promise<number> {
  let code = OK
  for (const [i, consumer] of consumers.entries()) {
    const { command, mayLeave, isTooSlow } = consumer
    const { fault } = await consumer.ended
    const missed = dropped[i] as number
    if (isTooSlow) say(`${command}: was too slow and has been detached`, io)
    if (missed > 0) say(`${command}: missed ${missed} lines`, io)
    if (mayLeave || fault === undefined) continue
    say(`${command}: ${fault}`, io)
    code = FAILED
  }
  return code
}

/** Why a command has left. One that has only stopped reading is killed. */
async function reasonOf(consumer: Consumer): Promise<string> {
  const { command, ended } = consumer
  const end = await Promise.race([ended, setTimeout(GRACE, undefined, { ref: false })])
  consumer.kill()
  return `${command}: ${end?.fault ?? 'stopped reading before the end: give --detach if it may'}`
}
