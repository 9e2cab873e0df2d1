/**
 * Four producers, two workers and an archive, each a process of its own, over a NATS server. A worker, the archive, a producer and the
 * server are killed while they run, and started again; no order is lost.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { ordersOf, reach } from './processes/orders.ts'
import { startServer } from './support/nats-server.ts'

const PRODUCERS = ['north', 'east', 'south', 'west']
const COUNT = 250

const children: ChildProcess[] = []

function start(script: string, ...args: string[]): ChildProcess {
  const file = join(import.meta.dirname, 'processes', `${script}.js`)
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  return child
}

/** Resolves when a process has ended and everything that it has printed has been read. */
async function closed(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
}

async function crash(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await closed(child)
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(20)
}

export async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fanpipe-processes-'))
  const store = join(folder, 'store')
  const file = join(folder, 'archive.txt')
  let server = await startServer(store)
  const { url, port } = server
  const nc = await reach(url)

  const worked = new Set<string>()
  const startWorker = (): ChildProcess => {
    const worker = start('worker', url)
    const lines = createInterface({ input: worker.stdout as NodeJS.ReadableStream })
    lines.on('line', (order) => worked.add(order))
    return worker
  }
  const startArchive = (): ChildProcess => start('archive', url, file)
  const startProducer = (name: string): ChildProcess => start('producer', url, name, `${COUNT}`)

  try {
    const [worker] = [startWorker(), startWorker()]
    const archive = startArchive()
    const [north, ...others] = PRODUCERS.map(startProducer) as [ChildProcess, ...ChildProcess[]]

    await until(() => worked.size > 100)
    await crash(worker)
    startWorker()

    await until(() => worked.size > 300)
    await crash(archive)
    startArchive()

    await until(() => worked.size > 500)
    await server.kill()
    server = await startServer(store, port)
    await crash(north)
    const northAgain = startProducer('north')

    await Promise.all([northAgain, ...others].map(closed))
    await until(async () => (await ordersOf(nc).stats()).every(({ lag }) => lag === 0))
    await Promise.all(children.map(crash))
    report(worked, readFileSync(file, 'utf8').trimEnd().split('\n'))
  } finally {
    await Promise.all(children.map(crash))
    await nc.close()
    await server.kill()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Orders that came again after a crash count once. */
function report(worked: ReadonlySet<string>, archived: readonly string[]): void {
  const kept = [...new Set(archived)]
  const isInOrder = PRODUCERS.every((name) =>
    kept.filter((order) => order.startsWith(`${name}-`)).every((order, i) => order === `${name}-${i}`),
  )
  console.log(`orders: ${PRODUCERS.length * COUNT} of ${PRODUCERS.length} producers`)
  console.log(`worked on: ${worked.size}`)
  console.log(`archived: ${kept.length}, ${isInOrder ? '' : 'NOT '}in the order of each producer`)
}
