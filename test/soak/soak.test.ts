/** A multicast between processes, while consumers and the server are killed. FANPIPE_SOAK=20 is twenty times as long. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream'
import t, { type Test } from 'tap'
import { noNats, startNats, startProgram, until } from '../instruments/nats.ts'
import { MAXLEN, STREAM } from './hub.ts'

const TIMES = Number(process.env['FANPIPE_SOAK'] ?? 1)
const MESSAGES = 400 * TIMES
const KILLS = 5 * TIMES
t.setTimeout(300_000 * TIMES)

/** Starts one of the programs in this folder, and passes each line that it prints to a callback. */
function start(program: string, args: readonly unknown[], onLine: (line: string) => void): ChildProcess {
  const child = startProgram(import.meta, program, args)
  createInterface({ input: child.stdout }).on('line', onLine)
  return child
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'close')
}

/** What a branch has delivered: the numbers of each producer's items in order of arrival, without redelivered ones. */
class Delivered {
  readonly #items: number[][]
  readonly #seen = new Set<string>()
  again = 0

  constructor(producers: number) {
    this.#items = Array.from({ length: producers }, () => [])
  }

  get size(): number {
    return this.#seen.size
  }

  add(item: string): void {
    if (this.#seen.has(item)) return void this.again++
    this.#seen.add(item)
    const [producer, n] = item.split(' ').map(Number) as [number, number]
    this.#items[producer]?.push(n)
  }

  missing(items: Iterable<string>): string[] {
    return [...items].filter((item) => !this.#seen.has(item))
  }

  isInOrder(): boolean {
    return this.#items.every((items) => items.every((n, i) => n === i))
  }
}

/**
 * The lag of each branch according to the server; empty while the server is away or the stream does not exist yet. For a
 * second after a crash, the server counts as unacknowledged some messages that all branches have acknowledged and that the
 * stream has dropped.
 */
async function lagsOf(jsm: JetStreamManager): Promise<number[]> {
  const lags: number[] = []
  try {
    const { first_seq } = (await jsm.streams.info(STREAM)).state
    for await (const { num_pending, num_ack_pending, delivered } of jsm.consumers.list(STREAM))
      lags.push(num_pending + Math.min(num_ack_pending, Math.max(0, delivered.stream_seq - first_seq + 1)))
    return lags
  } catch {
    return []
  }
}

async function sampleLags(jsm: JetStreamManager, signal: AbortSignal): Promise<number[]> {
  const samples: number[] = []
  while (!signal.aborted) {
    samples.push(...(await lagsOf(jsm)))
    await sleep(2)
  }
  return samples
}

/** `readers` are the branches that each consumer reads. */
async function soak(t: Test, producers: number, readers: readonly (readonly number[])[]): Promise<void> {
  const server = await startNats(t)
  const branches = readers.flat().length
  const count = MESSAGES / producers
  const acknowledged = new Set<string>()
  const delivered = Array.from({ length: branches }, () => new Delivered(producers))
  const onDelivery = (line: string): void => {
    const [branch] = line.split(' ', 1) as [string]
    delivered[Number(branch)]?.add(line.slice(branch.length + 1))
  }
  const startConsumer = (own: readonly number[] = []): ChildProcess =>
    start('consumer', [server.url, branches, ...own], onDelivery)

  const sampling = new AbortController()
  const jsm = await jetstreamManager(await server.connect(), { timeout: 500 })
  const samples = sampleLags(jsm, sampling.signal)
  const consumers = readers.map(startConsumer)
  const writers = Array.from({ length: producers }, (_, producer) =>
    start('producer', [server.url, branches, producer, count], (item) => acknowledged.add(item)),
  )
  t.teardown(() => Promise.all([...consumers, ...writers].map(kill)))

  for (let i = 0; i < KILLS; i++) {
    const enough = (MESSAGES * (i + 1)) / (KILLS + 1) - MAXLEN
    await until(() => delivered.every(({ size }) => size >= enough))
    if (i % 2 === 0) {
      const victim = (i / 2) % consumers.length
      await kill(consumers[victim] as ChildProcess)
      consumers[victim] = startConsumer(readers[victim])
    } else {
      await server.kill()
      await server.restart()
    }
  }
  await Promise.all(writers.map((writer) => writer.exitCode ?? once(writer, 'close')))
  await until(async () => {
    const lags = await lagsOf(jsm)
    return lags.length === branches && lags.every((lag) => lag === 0)
  })
  await Promise.all(consumers.map(kill))
  sampling.abort()
  const lags = await samples
  const greatest = Math.max(...lags)

  t.ok(
    writers.every(({ exitCode }) => exitCode === 0),
    'the producers have written everything',
  )
  t.equal(acknowledged.size, MESSAGES, 'everything is acknowledged')
  for (const [i, branch] of delivered.entries()) {
    t.strictSame(branch.missing(acknowledged), [], `branch ${i} has lost nothing that was acknowledged`)
    t.equal(branch.size, MESSAGES, `branch ${i} has every item`)
    t.ok(branch.isInOrder(), `branch ${i} has the items of each producer in order`)
  }
  t.ok(
    greatest <= MAXLEN,
    `no branch lags by more than ${MAXLEN}; it was ${greatest} in ${lags.length} samples`,
  )
  const again = delivered.reduce((sum, branch) => sum + branch.again, 0)
  t.comment(`${MESSAGES} items to ${branches} branches, ${KILLS} kills: ${again} were redelivered`)
  t.comment(`the lag was at most ${greatest} of ${MAXLEN} in ${lags.length} samples`)
}

t.test('two processes lose nothing', { skip: noNats }, (t) => soak(t, 1, [[0, 1]]))
t.test('eight processes lose nothing', { skip: noNats }, (t) => soak(t, 4, [[0], [1], [2], [3]]))
