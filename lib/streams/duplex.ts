import { Duplex } from 'node:stream'
import { chain } from 'stream-chain'
import { Inlet } from '../from/inlet.ts'
import { Pump } from '../to/pump.ts'
import { isReadable } from '../from/readable/readable-like.ts'
import { ORIGINS, type Origins } from '../kernel/origins.ts'
import { RECIPE } from '../kernel/recipe.ts'
import { ArgumentError, prematureClose, show } from '../errors.ts'
import { composePlan } from '../stages/compose.ts'
import type { Plan } from '../stages/plan.ts'
import { isStage } from '../stages/stage.ts'
import { isWritableLike, type WritableLike } from '../to/writable-like.ts'
import { SinkDuplex } from './sink-duplex.ts'
import { isObject } from '../kernel/guards.ts'

/** A Node Duplex made of stages, Node streams and anything else that stream-chain accepts. */
export function duplexOf(parts: readonly unknown[]): Duplex {
  if (parts.length === 0) throw new ArgumentError('parts', 'at least one stage or stream', 'none')
  for (const [i, part] of parts.entries()) {
    if (!isPart(part))
      throw new ArgumentError(
        `parts[${i}]`,
        'a stage, a function, a list of functions or a stream',
        show(part),
      )
  }
  const last = parts.at(-1)
  if (parts.length > 1 && isSink(last)) return new SinkDuplex(duplexOf(parts.slice(0, -1)), last)
  if (parts.every(isStage)) return new StageDuplex(composePlan(parts))
  return chain(parts.map((part) => (isStage(part) ? new StageDuplex(composePlan([part])) : part)) as never)
}

/** Whether stream-chain accepts the part. Checked here, since it would throw its own error or silently drop the part. */
const isPart = (part: unknown): boolean =>
  (typeof part === 'function' && !(RECIPE in part)) ||
  (Array.isArray(part) && part.length > 0 && part.every((element) => typeof element === 'function')) ||
  (isObject(part) && (isReadable(part) || 'writable' in part))

/** Whether the stream can only be written to. With such a last part, stream-chain would emit 'finish' before it has finished. */
const isSink = (part: unknown): part is WritableLike => isWritableLike(part) && !('read' in part)

/** A stage as a Duplex: an inlet feeds what is written to the stage, and a pump pushes the stage's output. */
class StageDuplex extends Duplex {
  readonly #inlet: Inlet<unknown>
  readonly #pump: Pump<unknown>

  constructor(plan: Plan<unknown, unknown>) {
    super({ objectMode: true })
    this.#inlet = new Inlet('objects', () => undefined)
    this.#pump = new Pump(this, plan(this.#inlet), {})
  }

  override _read(): void {
    this.#pump.read()
  }

  override read(size?: number): unknown {
    const item: unknown = super.read(this.#pump.sizeToRead(size))
    this.#pump.afterRead()
    return item
  }

  get [ORIGINS](): Origins {
    return this.#pump.origins
  }

  override _write(item: unknown, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#inlet.write(item, callback)
  }

  override _writev(chunks: readonly { chunk: unknown }[], callback: (error?: Error | null) => void): void {
    this.#inlet.writeAll(chunks, callback)
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#inlet.end()
    callback()
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#inlet.fail(error ?? prematureClose())
    this.#pump.close(error, callback)
  }
}
