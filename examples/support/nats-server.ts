import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { createInterface } from 'node:readline'

export interface Server {
  readonly process: ChildProcess
  readonly url: string
  readonly port: string
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>
}

/**
 * Starts nats-server, reachable from this machine only, over the store in a folder. Port `-1` is a free one. The server ends with
 * this process.
 */
export async function startServer(folder: string, port = '-1'): Promise<Server> {
  const process = spawn('nats-server', ['-js', '-a', '127.0.0.1', '-p', port, '-sd', folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  await once(process, 'spawn')
  killAtTheEnd(process)
  let found = port
  for await (const line of createInterface({ input: process.stderr })) {
    found = /Listening for client connections on 127\.0\.0\.1:(\d+)/.exec(line)?.[1] ?? found
    if (!line.includes('Server is ready')) continue
    process.stderr.resume()
    return { process, url: `127.0.0.1:${found}`, port: found, kill: () => kill(process) }
  }
  throw new Error('nats-server has not started')
}

/** Has a shell kill the server when this process has ended, however it did: the pipe that the shell reads is closed then. */
function killAtTheEnd(server: ChildProcess): void {
  const shell = spawn('sh', ['-c', 'read -r line; kill -9 "$1"', 'sh', `${server.pid}`], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  shell.unref()
  ;(shell.stdin as Socket).unref()
  server.once('exit', () => shell.kill('SIGKILL'))
}

async function kill(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return
  process.kill('SIGKILL')
  await once(process, 'exit')
}
