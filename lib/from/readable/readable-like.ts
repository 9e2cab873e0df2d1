import { ArgumentError } from '../../errors.ts'
import { isObject } from '../../kernel/guards.ts'
import type { Mode } from '../../kernel/recipe.ts'

/** What this library needs of a readable stream, Node's own or one that keeps its contract. */
export interface ReadableLike {
  read(): unknown
  on(event: string, listener: (...args: never[]) => void): unknown
  removeListener(event: string, listener: (...args: never[]) => void): unknown
  listenerCount(event: string): number
  destroy(error?: Error): unknown
  readableFlowing?: boolean | null
  readonly readableObjectMode?: boolean
  readonly readableEnded?: boolean
  readonly writable?: boolean
  readonly write?: unknown
  readonly destroyed?: boolean
  readonly errored?: Error | null
}

/** What Node keeps inside a stream, and what streams that are made like Node's have too. */
export interface InnerState {
  readonly objectMode?: boolean
  readonly emitClose?: boolean
  readonly autoDestroy?: boolean
  readonly endEmitted?: boolean
  /** Only Node's own streams have it; after their 'close' no error comes. */
  readonly closeEmitted?: boolean
  flowing?: boolean | null
}

export const innerState = (stream: object): InnerState =>
  (stream as { _readableState?: InnerState })._readableState ?? {}

/** Anything that calls itself a readable stream by its methods, whether it can be used or not. */
export function isReadable(value: unknown): value is ReadableLike {
  const stream = value as Partial<Record<'pipe' | 'on', unknown>>
  return isObject(value) && typeof stream.pipe === 'function' && typeof stream.on === 'function'
}

/** Whether a stream works as Node's do: such a one knows its mode. */
export function isNodeLike(stream: ReadableLike): boolean {
  const mode: unknown = stream.readableObjectMode ?? innerState(stream).objectMode
  return (
    typeof mode === 'boolean' && typeof stream.read === 'function' && typeof stream.destroy === 'function'
  )
}

/** A stream that nothing can be read from: an old one, or one that is only written to. */
export function unreadable(stream: object, argument: string): ArgumentError {
  const { name } = stream.constructor
  return new ArgumentError(
    argument,
    'a Node-like Readable or a stream with an async iterator',
    `${/^[aeiou]/i.test(name) ? 'an' : 'a'} ${name} that is neither`,
    'if it is an old-style stream, give stream.pipe(new PassThrough({ objectMode: true }))',
  )
}

/** Refuses a stream that somebody else reads too; chunks cannot be made to flow past a 'readable' listener. */
export function checkUnread(stream: ReadableLike, mode: Mode, argument: string): void {
  const flows =
    (stream.readableFlowing ?? innerState(stream).flowing) === true || stream.listenerCount('data') > 0
  if (!flows && (mode === 'objects' || stream.listenerCount('readable') === 0)) return
  throw new ArgumentError(
    argument,
    'a Readable that nobody else reads',
    flows ? "one that is flowing ('data', pipe or resume)" : "one with a 'readable' listener",
  )
}
