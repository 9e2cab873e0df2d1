/** Starts a NATS server for one test file: local, on a free port, with a store that is removed afterwards. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { jetstreamManager, type JetStreamManager, type JsMsg, type StreamConfig } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { startServer } from '../../examples/support/nats-server.ts'

/** Why NATS tests are skipped, or false. */
export const noNats =
  spawnSync('nats-server', ['--version']).status !== 0 && 'no nats-server is installed here'

interface Teardown {
  teardown(undo: () => unknown): unknown
}

export interface NatsServer {
  readonly url: string
  /** Opens a connection that is closed when the test ends. */
  connect(): Promise<NatsConnection>
  /** Makes the server stop answering, until it is killed. */
  pause(): void
  /** Kills the server, as a crash would. */
  kill(): Promise<void>
  /** Restarts it on the same port, with the same store. */
  restart(): Promise<void>
}

export async function startNats(t: Teardown): Promise<NatsServer> {
  const store = mkdtempSync(join(tmpdir(), 'fanpipe-nats-'))
  let server = await startServer(store)
  const { url, port } = server
  const connections: NatsConnection[] = []
  t.teardown(async () => {
    await Promise.all(connections.map((nc) => nc.close()))
    await server.kill()
    rmSync(store, { recursive: true, force: true, maxRetries: 5 })
  })
  return {
    url,
    async connect() {
      const nc = await connect({ servers: url, reconnectTimeWait: 20, maxReconnectAttempts: -1 })
      connections.push(nc)
      return nc
    },
    pause: () => void server.process.kill('SIGSTOP'),
    kill: () => server.kill(),
    async restart() {
      server = await startServer(store, port)
    },
  }
}

/** A connection, and streams with unique names, since the subtests of a file share one server. */
export interface Nats {
  /** Why NATS tests are skipped, or false. If they are skipped, the other fields are missing. */
  readonly skip: string | false
  readonly server: NatsServer
  readonly nc: NatsConnection
  readonly jsm: JetStreamManager
  /** Creates a stream for `NAME.>` and publishes messages whose texts are their sequence numbers; returns its name. */
  stream(messages?: number, config?: Partial<StreamConfig>): Promise<string>
}

export async function startJetStream(t: Teardown): Promise<Nats> {
  if (noNats !== false) return { skip: noNats } as Nats
  const server = await startNats(t)
  const nc = await server.connect()
  const jsm = await jetstreamManager(nc)
  let streams = 0
  const stream = async (messages = 0, config: Partial<StreamConfig> = {}): Promise<string> => {
    const name = `S${++streams}`
    await jsm.streams.add({ name, subjects: [`${name}.>`], ...config })
    for (let i = 1; i <= messages; i++) await jsm.jetstream().publish(`${name}.x`, `${i}`)
    return name
  }
  return { skip: noNats, server, nc, jsm, stream }
}

/** Reads a source to its end and returns the texts of its messages. */
export async function texts(source: AsyncIterable<JsMsg>): Promise<string[]> {
  const found = []
  for await (const message of source) found.push(message.string())
  return found
}

/** The numbers from `first` to `last`, as strings. */
export const range = (first: number, last: number): string[] =>
  Array.from({ length: last - first + 1 }, (_, i) => `${first + i}`)

/** Compares strings by their numeric values. */
export const byNumber = (a: string, b: string): number => Number(a) - Number(b)

/** Writes an item; resolves with the error passed to the callback of the write, if any. */
export const write = async (sink: Writable, item: unknown): Promise<Error | undefined> =>
  await new Promise((resolve) => {
    sink.once('error', () => undefined)
    sink.write(item, (error) => resolve(error ?? undefined))
  })

/** Wraps a connection to run an action before each request, which can delay the request or make it fail. */
export const beforeRequests = (nc: NatsConnection, action: (subject: string) => unknown): NatsConnection =>
  Object.assign(Object.create(nc) as NatsConnection, {
    request: async (...args: Parameters<NatsConnection['request']>) => {
      await action(args[0])
      return await nc.request(...args)
    },
  })

/** Passes for a connection where only arguments are checked, so that no server is needed. */
export const unusedConnection = { request() {}, status() {}, flush() {} } as unknown as NatsConnection

/** Starts a program from the folder of a test; the first argument is the test's `import.meta`. */
export function startProgram(
  { dirname, filename }: ImportMeta,
  name: string,
  args: readonly unknown[],
): ChildProcess & { readonly stdout: Readable } {
  const file = join(dirname, `${name}${extname(filename)}`)
  return spawn(process.execPath, [file, ...args.map(String)], { stdio: ['ignore', 'pipe', 'inherit'] })
}

/** Polls until the condition holds; for changes made by the server or another process. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5))
}

/** Resolves when a connection works again after a restart of the server; until then the client drops requests. */
export const reconnected = (nc: NatsConnection): Promise<void> =>
  until(() =>
    nc.flush().then(
      () => true,
      () => false,
    ),
  )
