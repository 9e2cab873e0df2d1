import { Target, type TargetListener } from '../to/target.ts'
import { checkWritable } from '../to/writable-like.ts'
import type { PartitionKey } from './partition-key.ts'

/** Learns what happens to the targets. */
export interface TargetsListener {
  onDrain(): void
  /** A target that was ended has finished, or has closed. */
  onProgress(): void
  onFailure(error: unknown): void
}

/** A target, and the key of its items. */
export class KeyedTarget implements TargetListener {
  readonly key: PartitionKey
  readonly target: Target
  readonly #targets: OpenTargets

  constructor(key: PartitionKey, stream: unknown, targets: OpenTargets) {
    const argument = 'what `open` returns'
    checkWritable(stream, argument)
    this.key = key
    this.#targets = targets
    this.target = new Target(stream, argument, this)
  }

  /** Standard output and standard error are left open. */
  end(): void {
    if (!this.target.isStandardOutput) return this.target.end()
    this.target.giveBack()
    this.#targets.remove(this)
    this.#targets.listener.onProgress()
  }

  onDrain(): void {
    this.#targets.listener.onDrain()
  }

  onFinish(): void {
    if (!this.target.closesItself) this.#targets.remove(this)
    this.#targets.listener.onProgress()
  }

  onClose(): void {
    if (!this.target.isFinished) return
    this.#targets.remove(this)
    this.#targets.listener.onProgress()
  }

  onFailure(error: unknown): void {
    this.#targets.listener.onFailure(error)
  }
}

/** The targets of a partition that are open, the least recently used first. */
export class OpenTargets {
  readonly listener: TargetsListener
  readonly #targets = new Map<PartitionKey, KeyedTarget>()
  #latest: KeyedTarget | undefined

  constructor(listener: TargetsListener) {
    this.listener = listener
  }

  get size(): number {
    return this.#targets.size
  }

  values(): Iterable<KeyedTarget> {
    return this.#targets.values()
  }

  /** Whether everything has been written to all of them. */
  get areFinished(): boolean {
    for (const { target } of this.#targets.values()) if (!target.isFinished) return false
    return true
  }

  /** The target of this key, which becomes the most recently used one. */
  use(key: PartitionKey): KeyedTarget | undefined {
    if (this.#latest?.key === key) return this.#latest
    const found = this.#targets.get(key)
    if (found === undefined) return undefined
    this.#targets.delete(key)
    this.#targets.set(key, found)
    return (this.#latest = found)
  }

  add(key: PartitionKey, stream: unknown): KeyedTarget {
    this.#latest = new KeyedTarget(key, stream, this)
    this.#targets.set(key, this.#latest)
    return this.#latest
  }

  /** Ends the least recently used one. It is removed when it is done. */
  endOldest(): void {
    this.#targets.values().next().value?.end()
  }

  remove(done: KeyedTarget): void {
    if (this.#targets.get(done.key) === done) this.#targets.delete(done.key)
    if (this.#latest === done) this.#latest = undefined
  }
}
