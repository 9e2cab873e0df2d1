import { ArgumentError, show } from '../errors.ts'
import { isObject } from '../kernel/guards.ts'

/** The part of a Writable that we use: Node's own, or one with the same contract, such as a response or readable-stream. */
export interface WritableLike {
  write(chunk: unknown): unknown
  end(): unknown
  destroy(error?: Error): unknown
  on(...args: never[]): unknown
  removeListener(...args: never[]): unknown
  readonly writableObjectMode?: boolean
  readonly writableEnded?: boolean
  readonly writableNeedDrain?: boolean
  readonly writable?: boolean
  readonly destroyed?: boolean
  readonly errored?: Error | null
}

/** The same stream as an emitter. Node's types have had several signatures of `on`, so `WritableLike` has none. */
interface Emitter {
  on(event: string, listener: (...args: never[]) => void): unknown
  removeListener(event: string, listener: (...args: never[]) => void): unknown
}

export const emitterOf = (stream: WritableLike): Emitter => stream

/** The part of `_writableState` that we use. */
interface InnerState {
  readonly objectMode?: boolean
  readonly emitClose?: boolean
  readonly autoDestroy?: boolean
  readonly ending?: boolean
  needDrain?: boolean
  readonly closeEmitted?: boolean
}

export const innerState = (stream: WritableLike): InnerState =>
  (stream as { _writableState?: InnerState })._writableState ?? {}

/** Only Node's own streams have `closeEmitted`, and emit no 'error' after 'close'; a response has no inner state at all. */
export const mayFailAfterClose = (stream: WritableLike): boolean =>
  '_writableState' in stream && innerState(stream).closeEmitted === undefined

export const isWritableLike = (value: unknown): value is WritableLike =>
  isObject(value) &&
  ['write', 'end', 'destroy', 'on', 'removeListener'].every(
    (name) => typeof (value as Readonly<Record<string, unknown>>)[name] === 'function',
  )

/** Whether it takes chunks of bytes only. One that does not say so takes anything. */
export const takesBytes = (stream: WritableLike): boolean =>
  (stream.writableObjectMode ?? innerState(stream).objectMode) === false

/** Standard output and standard error. Node sets this mark on them, and never ends them in a pipeline either. */
export const isStandardOutput = (stream: WritableLike): boolean =>
  (stream as { _isStdio?: boolean })._isStdio === true

/** Throws unless the value is a Writable that can still be written to. */
export function checkWritable(
  value: unknown,
  argument: string,
  expected = 'a Writable',
): asserts value is WritableLike {
  if (!isWritableLike(value)) throw new ArgumentError(argument, expected, show(value), adviceFor(value))
  const state = stateOf(value)
  if (state !== undefined) throw new ArgumentError(argument, 'a Writable that is open', `one that ${state}`)
}

function adviceFor(value: unknown): string | undefined {
  if (typeof value === 'string') return `use fs.createWriteStream(${show(value)})`
  if (isObject(value) && 'getWriter' in value) return 'use Writable.fromWeb(stream)'
  return undefined
}

function stateOf(stream: WritableLike): string | undefined {
  if (stream.errored != null) return 'has failed'
  if (stream.destroyed === true) return 'was destroyed'
  if ((stream.writableEnded ?? innerState(stream).ending) === true) return 'has ended'
  return stream.writable === false ? 'cannot be written to' : undefined
}
