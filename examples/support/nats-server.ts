import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export interface Server {
  readonly process: ChildProcess
  readonly url: string
  readonly port: string
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>
}

/** Starts nats-server, reachable from this machine only, over the store in a folder. Port `-1` is a free one. */
export async function startServer(folder: string, port = '-1'): Promise<Server> {
  const process = spawn('nats-server', ['-js', '-a', '127.0.0.1', '-p', port, '-sd', folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  await once(process, 'spawn')
  let found = port
  for await (const line of createInterface({ input: process.stderr })) {
    found = /Listening for client connections on 127\.0\.0\.1:(\d+)/.exec(line)?.[1] ?? found
    if (!line.includes('Server is ready')) continue
    process.stderr.resume()
    return { process, url: `127.0.0.1:${found}`, port: found, kill: () => kill(process) }
  }
  throw new Error('nats-server has not started')
}

async function kill(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return
  process.kill('SIGKILL')
  await once(process, 'exit')
}
