/** A NATS server of a test's own: on this machine alone, on a free port, with a store that is removed. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { jetstreamManager, type JetStreamManager, type JsMsg, type StreamConfig } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { startServer } from '../../examples/support/nats-server.ts'

/** Why a test over NATS is skipped, or false. */
export const noNats =
  spawnSync('nats-server', ['--version']).status !== 0 && 'no nats-server is installed here'

interface Teardown {
  teardown(undo: () => unknown): unknown
}

export interface NatsServer {
  readonly url: string
  /** A connection that is closed with the test. */
  connect(): Promise<NatsConnection>
  /** Makes the server stop answering, until it is killed. */
  pause(): void
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>
  /** Starts it again on the same port, over the same store. */
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

/** A connection, and streams with names of their own: a test's servers are shared by its subtests. */
export interface Nats {
  /** Why tests over NATS are skipped, or false. If they are, there is nothing else here. */
  readonly skip: string | false
  readonly server: NatsServer
  readonly nc: NatsConnection
  readonly jsm: JetStreamManager
  /** Creates a stream that stores `NAME.>`, with so many messages, whose texts are their sequence numbers; returns its name. */
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

/** The texts of the messages that a source gives until its end. */
export async function texts(source: AsyncIterable<JsMsg>): Promise<string[]> {
  const found = []
  for await (const message of source) found.push(message.string())
  return found
}

/** From `first` to `last`, as texts. */
export const range = (first: number, last: number): string[] =>
  Array.from({ length: last - first + 1 }, (_, i) => `${first + i}`)

/** Compares texts as the numbers that they are. */
export const byNumber = (a: string, b: string): number => Number(a) - Number(b)

/** Writes an item, and resolves with the error of the write, if there is one. */
export const write = async (sink: Writable, item: unknown): Promise<Error | undefined> =>
  await new Promise((resolve) => {
    sink.once('error', () => undefined)
    sink.write(item, (error) => resolve(error ?? undefined))
  })

/** The same connection, with an action before each request: the action may delay the request, or make it fail. */
export const beforeRequests = (nc: NatsConnection, action: (subject: string) => unknown): NatsConnection =>
  Object.assign(Object.create(nc) as NatsConnection, {
    request: async (...args: Parameters<NatsConnection['request']>) => {
      await action(args[0])
      return await nc.request(...args)
    },
  })

/** What passes for a connection where arguments are checked, and needs no server. */
export const unusedConnection = { request() {}, status() {}, flush() {} } as unknown as NatsConnection

/** Starts a program that lies beside a test, which gives its `import.meta.dirname` and `import.meta.filename`. */
export function startProgram(
  { dirname, filename }: ImportMeta,
  name: string,
  args: readonly unknown[],
): ChildProcess & { readonly stdout: Readable } {
  const file = join(dirname, `${name}${extname(filename)}`)
  return spawn(process.execPath, [file, ...args.map(String)], { stdio: ['ignore', 'pipe', 'inherit'] })
}

/** Resolves when a condition holds that the server or another process brings about. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5))
}

/** Resolves when a connection is back after its server was restarted; the client drops requests that were made before that. */
export const reconnected = (nc: NatsConnection): Promise<void> =>
  until(() =>
    nc.flush().then(
      () => true,
      () => false,
    ),
  )
