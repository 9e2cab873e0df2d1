/** A local NATS server, started on first use and killed when this process exits. */
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** Calls `work` with a new connection, which is closed afterwards. */
export async function withConnection<T>(
  work: (nc: NatsConnection, jsm: JetStreamManager) => Promise<T>,
): Promise<T> {
  const nc = await connect({ servers: await startedServer() })
  try {
    return await work(nc, await jetstreamManager(nc))
  } finally {
    await nc.close()
  }
}

let server: Promise<string> | undefined
const startedServer = (): Promise<string> => (server ??= start())

async function start(): Promise<string> {
  const store = mkdtempSync(join(tmpdir(), 'fanpipe-bench-nats-'))
  const args = ['-js', '-a', '127.0.0.1', '-p', '-1', '-sd', store]
  const child = spawn('nats-server', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  process.on('exit', () => {
    child.kill('SIGKILL')
    rmSync(store, { recursive: true, force: true, maxRetries: 5 })
  })
  await once(child, 'spawn')
  const address = await addressOf(child)
  // Neither the server nor the pipe to its log may keep this process alive.
  child.unref()
  ;(child.stderr as Socket).unref()
  return address
}

async function addressOf({ stderr }: ChildProcess): Promise<string> {
  let address = ''
  for await (const line of createInterface({ input: stderr as Socket })) {
    address = /Listening for client connections on (\S+)/.exec(line)?.[1] ?? address
    if (line.includes('Server is ready')) break
  }
  return address
}
