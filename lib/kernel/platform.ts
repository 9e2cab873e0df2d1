import type { CloseError } from '../errors.ts'

/** What is used of the global object; Node has all of it, a browser only a part, and the iter and the async face run in both. */
export interface Host {
  readonly process?: {
    emitWarning?(message: string, options: { type: string; code: string }): void
  }
  readonly setImmediate?: (callback: () => void) => void
  readonly MessageChannel?: new () => {
    readonly port1: { onmessage: (() => void) | null; close(): void }
    readonly port2: { postMessage(message: unknown): void }
  }
  setTimeout(callback: () => void): unknown
  readonly console: { warn(message: string): void }
}

const globals = globalThis as unknown as Host

/** Calls back once timers and I/O have had their turn: `setTimeout` would take milliseconds, and a promise none. */
export function afterMacrotask(callback: () => void, host = globals): void {
  if (host.setImmediate !== undefined) {
    host.setImmediate(callback)
  } else if (host.MessageChannel === undefined) {
    host.setTimeout(callback)
  } else {
    const { port1, port2 } = new host.MessageChannel()
    port1.onmessage = () => {
      port1.close()
      callback()
    }
    port2.postMessage(undefined)
  }
}

/** Tells of what went wrong while closing where there is nothing that could fail with it. */
export function warn({ message, code }: CloseError, host = globals): void {
  if (host.process?.emitWarning === undefined) host.console.warn(`${code}: ${message}`)
  else host.process.emitWarning(message, { type: 'CloseWarning', code })
}
