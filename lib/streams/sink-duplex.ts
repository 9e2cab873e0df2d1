import { Duplex, pipeline } from 'node:stream'
import type { WritableLike } from '../to/writable-like.ts'
import { pathReplacedBy, REPLACES } from './file-sink.ts'

/** Node's types of the options do not have this one. */
const NOT_READABLE = { readable: false }

type Callback = (error?: Error | null) => void

/**
 * A Duplex whose output goes to a Writable; nothing can be read from it. It finishes when the Writable has, while the one that
 * Node's `compose` returns emits 'finish' when the Writable fails at its end.
 */
export class SinkDuplex extends Duplex {
  readonly [REPLACES]: string | undefined
  readonly #head: Duplex
  /** Whether both have ended, failed or closed. */
  #isOver = false
  /** The callback of a write that waits for the head to drain. */
  #onDrain: Callback | undefined
  #onFinish: Callback | undefined
  #onClose: (() => void) | undefined

  constructor(head: Duplex, sink: WritableLike) {
    super({ ...NOT_READABLE, writableObjectMode: head.writableObjectMode })
    this[REPLACES] = pathReplacedBy(sink)
    this.#head = head
    head.on('drain', () => this.#acknowledge())
    pipeline(head, sink as unknown as NodeJS.WritableStream, (error) => this.#over(error))
  }

  override _write(item: unknown, encoding: BufferEncoding, callback: Callback): void {
    if (this.#head.write(item, encoding)) callback()
    else this.#onDrain = callback
  }

  override _final(callback: Callback): void {
    this.#head.end()
    if (this.#isOver) callback()
    else this.#onFinish = callback
  }

  override _destroy(error: Error | null, callback: Callback): void {
    if (this.#isOver) return callback(error)
    this.#onClose = () => callback(error)
    this.#head.destroy(error ?? undefined)
  }

  #over(error: Error | null | undefined): void {
    this.#isOver = true
    if (this.#onClose !== undefined) this.#onClose()
    else if (error) this.destroy(error)
    else this.#onFinish?.()
  }

  #acknowledge(): void {
    const callback = this.#onDrain
    this.#onDrain = undefined
    callback?.()
  }
}
