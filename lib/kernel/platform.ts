import type { CloseError } from '../errors.ts'

/** The globals we use. Node has all of them, a browser only some, and the iter and async faces run in both. */
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

/** Calls back after timers and I/O have run. `setTimeout` would cost milliseconds, and a microtask would run before them. */
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

/** Reports errors from closing when no output is left that could fail with them. */
export function warn({ message, code }: CloseError, host = globals): void {
  if (host.process?.emitWarning === undefined) host.console.warn(`${code}: ${message}`)
  else host.process.emitWarning(message, { type: 'CloseWarning', code })
}
