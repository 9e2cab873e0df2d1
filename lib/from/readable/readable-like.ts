import { ArgumentError } from '../../errors.ts'
import { isObject } from '../../kernel/guards.ts'
import type { Mode } from '../../kernel/recipe.ts'

/** The part of a readable stream that we use: Node's own, or one with the same contract, such as readable-stream. */
export interface ReadableLike {
  read(): unknown
  on(event: string, listener: (...args: never[]) => void): unknown
  removeListener(event: string, listener: (...args: never[]) => void): unknown
  listenerCount(event: string): number
  destroy(error?: Error): unknown
  unshift(chunk: unknown, encoding?: string): unknown
  readableFlowing?: boolean | null
  readonly readableObjectMode?: boolean
  readonly readableEnded?: boolean
  readonly readableEncoding?: string | null
  readonly writable?: boolean
  readonly write?: unknown
  readonly destroyed?: boolean
  readonly errored?: Error | null
}

/** The part of `_readableState` that we use. Streams modelled on Node's have it too. */
export interface InnerState {
  readonly objectMode?: boolean
  readonly emitClose?: boolean
  readonly autoDestroy?: boolean
  readonly endEmitted?: boolean
  /** Only in Node's own streams, which emit no 'error' after 'close'. */
  readonly closeEmitted?: boolean
  flowing?: boolean | null
}

export const innerState = (stream: object): InnerState =>
  (stream as { _readableState?: InnerState })._readableState ?? {}

/** Whether the value looks like a readable stream, even if we cannot use it (see `isNodeLike`). */
export function isReadable(value: unknown): value is ReadableLike {
  const stream = value as Partial<Record<'pipe' | 'on', unknown>>
  return isObject(value) && typeof stream.pipe === 'function' && typeof stream.on === 'function'
}

/** Whether the stream behaves like Node's own: only those have an object mode flag. */
export function isNodeLike(stream: ReadableLike): boolean {
  const mode: unknown = stream.readableObjectMode ?? innerState(stream).objectMode
  return (
    typeof mode === 'boolean' && typeof stream.read === 'function' && typeof stream.destroy === 'function'
  )
}

/** The error for a stream that cannot be read: an old-style one, or one that is only writable. */
export function unreadable(stream: object, argument: string): ArgumentError {
  const { name } = stream.constructor
  return new ArgumentError(
    argument,
    'a Node-like Readable or a stream with an async iterator',
    `${/^[aeiou]/i.test(name) ? 'an' : 'a'} ${name} that is neither`,
    'if it is an old-style stream, give pipeline(stream, new PassThrough({ objectMode: true }), () => {})',
  )
}

/**
 * Throws if somebody else reads the stream. A 'readable' listener matters only in byte mode, where the stream must be marked as
 * flowing (see `ByteCursor`).
 */
export function checkUnread(stream: ReadableLike, mode: Mode, argument: string): void {
  const flows =
    (stream.readableFlowing ?? innerState(stream).flowing) === true || stream.listenerCount('data') > 0
  if (!flows && (mode === 'objects' || stream.listenerCount('readable') === 0)) return
  throw readByAnother(
    argument,
    flows ? "one that is flowing ('data', pipe or resume)" : "one with a 'readable' listener",
  )
}

export const readByAnother = (argument: string, received: string): ArgumentError =>
  new ArgumentError(argument, 'a Readable with no other reader', received)
