import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export interface Server {
  readonly url: string
  readonly port: string
  /** Ends it as a crash would. */
  kill(): Promise<void>
}

/** Starts nats-server on this machine, over the store in a folder. Port `-1` is a free one. */
export async function startServer(folder: string, port = '-1'): Promise<Server> {
  const server = spawn('nats-server', ['-js', '-a', '127.0.0.1', '-p', port, '-sd', folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  await once(server, 'spawn')
  let found = port
  for await (const line of createInterface({ input: server.stderr })) {
    found = /Listening for client connections on 127\.0\.0\.1:(\d+)/.exec(line)?.[1] ?? found
    if (line.includes('Server is ready')) break
  }
  server.stderr.resume()
  return {
    url: `127.0.0.1:${found}`,
    port: found,
    async kill() {
      server.kill('SIGKILL')
      if (server.exitCode === null && server.signalCode === null) await once(server, 'exit')
    },
  }
}
