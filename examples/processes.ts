/**
 * Four producers, two workers and an archive, each a process of its own, over a NATS server. A worker, the archive, a producer and the
 * server are killed on the way; no order is lost.
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

const start = (script: string, ...args: string[]): ChildProcess =>
  spawn(process.execPath, [join(import.meta.dirname, 'processes', `${script}.js`), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })

async function crash(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(20)
}

export async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fanpipe-processes-'))
  const file = join(folder, 'archive.txt')
  let server = await startServer(join(folder, 'store'))
  const { url } = server
  const nc = await reach(url)
  const worked: string[] = []
  const startWorker = (): ChildProcess => {
    const worker = start('worker', url)
    createInterface({ input: worker.stdout as NodeJS.ReadableStream }).on('line', (order) =>
      worked.push(order),
    )
    return worker
  }
  const workers = [startWorker(), startWorker()] as [ChildProcess, ChildProcess]
  let archive = start('archive', url, file)
  const startProducer = (name: string): ChildProcess => start('producer', url, name, `${COUNT}`)
  const producers = PRODUCERS.map(startProducer) as [ChildProcess, ...ChildProcess[]]
  try {
    await until(() => worked.length > 100)
    await crash(workers[0])
    workers[0] = startWorker()
    await until(() => worked.length > 300)
    await crash(archive)
    archive = start('archive', url, file)
    await until(() => worked.length > 500)
    await server.kill()
    server = await startServer(join(folder, 'store'), server.port)
    await crash(producers[0])
    producers[0] = startProducer(PRODUCERS[0] as string)
    await Promise.all(producers.map(async (child) => child.exitCode ?? (await once(child, 'exit'))))
    await until(async () => (await ordersOf(nc).stats()).every(({ lag }) => lag === 0))
    report(worked, readFileSync(file, 'utf8').trimEnd().split('\n'))
  } finally {
    await Promise.all([archive, ...workers, ...producers].map(crash))
    await nc.close()
    await server.kill()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** What comes again after a crash is known by its name. */
function report(worked: readonly string[], archived: readonly string[]): void {
  const kept = [...new Set(archived)]
  const isInOrder = PRODUCERS.every((name) =>
    kept.filter((order) => order.startsWith(`${name}-`)).every((order, i) => order === `${name}-${i}`),
  )
  console.log(`orders: ${PRODUCERS.length * COUNT} of ${PRODUCERS.length} producers`)
  console.log(`worked on: ${new Set(worked).size}`)
  console.log(`archived: ${kept.length}, ${isInOrder ? '' : 'NOT '}in the order of each producer`)
}
