import type { ChildProcess } from 'node:child_process'
import { explain } from './failure.ts'

/** How a command has ended. */
export interface End {
  /** In words, such as `exited with code 3`; undefined if it exited with 0. */
  readonly fault: string | undefined
  /** Whether it could be run at all. */
  readonly hasStarted: boolean
}

/** Waits for a command to end, and for its output. Never rejects. */
export const endOf = (child: ChildProcess): Promise<End> =>
  new Promise((resolve) => {
    child.on('error', ({ code, errno, message }: NodeJS.ErrnoException) => {
      const fault = code === 'ENOENT' ? 'no such command' : explain({ errno, message })
      resolve({ fault, hasStarted: false })
    })
    child.on('close', (code, signal) => {
      const fault =
        code === 0 ? undefined : code === null ? `killed by ${signal}` : `exited with code ${code}`
      resolve({ fault, hasStarted: true })
    })
  })

/**
 * Kills a command with all that it has started, which would otherwise go on and keep its output open. The command must have been
 * spawned as `detached`.
 */
export function killGroup(child: ChildProcess): void {
  try {
    process.kill(-(child.pid as number))
  } catch {
    // It has ended, or could not be run.
  }
}
