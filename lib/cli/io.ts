import type { Readable, Writable } from 'node:stream'

/** What a command reads from and writes to. */
export interface Io {
  readonly stdin: Input
  readonly stdout: Output
  readonly stderr: Output
  /** Aborts when the user presses Ctrl-C. */
  readonly signal: AbortSignal
}

/** Standard input and output have a file descriptor. */
export type Input = Readable & { readonly fd?: number }
export type Output = Writable & { readonly isTTY?: boolean; readonly fd?: number }

/** Exit codes: what was asked for has been done, the data or a file is at fault, the command line is, or the user broke off. */
export const OK = 0
export const FAILED = 1
export const USAGE = 2
export const INTERRUPTED = 130
