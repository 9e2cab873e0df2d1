/** A local NATS server, started on first use and killed when this process exits. */
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { mkdtempSync, rmSync } from 'node:fs'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServer } from '../examples/support/nats-server.ts'

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
  const { process: server, url } = await startServer(store)
  process.on('exit', () => {
    server.kill('SIGKILL')
    rmSync(store, { recursive: true, force: true, maxRetries: 5 })
  })
  // Neither the server nor the pipe to its log may keep this process alive.
  server.unref()
  ;(server.stderr as Socket).unref()
  return url
}
