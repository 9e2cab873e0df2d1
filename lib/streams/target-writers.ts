import { CloseError } from '../errors.ts'
import type { Hub } from '../fan-out/hub.ts'
import type { MulticastHub } from '../fan-out/multicast.ts'
import { warn } from '../kernel/platform.ts'
import { BURST } from '../kernel/work-budget.ts'
import type { NamedTarget } from '../to/destroy-targets.ts'
import type { WritableLike } from '../to/writable-like.ts'
import type { TargetSettings } from './sink-targets.ts'
import { TargetWriter, type WriterGroup } from './target-writer.ts'

/** Writes the items of a hub to Writables, each of which has a branch of its own. */
export class TargetWriters implements WriterGroup {
  readonly #writers: TargetWriter[] = []
  readonly #fail: (error: unknown) => void
  #hub: Hub<unknown> | undefined
  /** Where `pass` writes; undefined if it has to find out whether it may, also if something has happened while it writes. */
  #direct: readonly WritableLike[] | undefined
  /** The writers of `#direct`, also when that is undefined again. */
  #directWriters: readonly TargetWriter[] = []
  #isDriving = false
  /** A writer has become ready while others ran. */
  #isWoken = false
  /** How many items were written since timers and I/O last ran. */
  #spent = 0
  #isYielding = false
  #onFinished: (() => void) | undefined
  #isFinished = false

  /** Claims the targets. `fail` makes the sink fail. */
  constructor(targets: readonly TargetSettings[], fail: (error: unknown) => void) {
    this.#fail = fail
    this.#giveBackOnThrow(() => {
      for (const settings of targets) this.#writers.push(new TargetWriter(settings, this))
    })
  }

  /** Begins to read the branches of a hub, one for each target; nothing is pulled before `drive`. */
  attach(openHub: () => MulticastHub<unknown>): MulticastHub<unknown> {
    const opened = this.#giveBackOnThrow(openHub)
    this.#hub = opened.hub
    this.#isDriving = true
    for (const [i, branch] of this.#hub.branches.entries()) this.#writers[i]?.attach(branch)
    this.#isDriving = false
    return opened
  }

  /** Until `resume`, the writers are only marked as ready, and do not run. */
  suspend(): boolean {
    const wasDriving = this.#isDriving
    this.#isDriving = true
    return wasDriving
  }

  resume(wasDriving = false): void {
    this.#isDriving = wasDriving
    this.drive()
  }

  drive(): void {
    this.#direct = undefined
    this.#isWoken = true
    if (this.#isDriving) return
    this.#isDriving = true
    this.#isWoken = false
    while (!this.#isYielding && this.#runReady());
    this.#isDriving = false
  }

  /**
   * Writes an item to every target without the hub, which has nothing to decide while no target is behind; false if one is. The
   * accounts of the hub only matter relative to each other, so they need not know of the item. Short, so that V8 inlines all of it.
   */
  pass(item: unknown): boolean {
    const direct = this.#direct ?? this.#findDirect()
    if (direct === undefined || this.#isDriving) return false
    this.#isDriving = true
    let written = 0
    try {
      while (this.#direct === direct && written < direct.length)
        if (direct[written++]?.write(item) === false) this.#onFull(written - 1)
    } catch (error) {
      this.#directWriters[written - 1]?.target.fail(error)
    }
    if (written < direct.length) this.#passRest(item, written)
    this.#isDriving = false
    if (this.#direct !== direct || this.#isWoken || ++this.#spent >= BURST) this.#afterPass()
    return true
  }

  /** A Readable has joined, which gets its items from the hub. */
  onJoin(): void {
    this.#direct = undefined
  }

  /** Whether it waits for timers and I/O to run. */
  get isYielding(): boolean {
    return this.#isYielding
  }

  /** Calls back when every target has received everything; the source must have ended. */
  finish(callback: () => void): void {
    this.#onFinished = callback
    this.onSettled()
  }

  /** The targets that are not known to be closed. */
  targets(): NamedTarget[] {
    return this.#isFinished
      ? []
      : this.#writers.map(({ target, settings }) => ({ target, name: settings.argument }))
  }

  stop(): void {
    this.#direct = undefined
    for (const writer of this.#writers) writer.stop()
  }

  onSettled(): void {
    if (this.#onFinished === undefined || !this.#writers.every(({ isSettled }) => isSettled)) return
    this.#isFinished = true
    for (const { target, settings, hasLeft } of this.#writers)
      if (!settings.end && !hasLeft) target.giveBack()
    this.#onFinished()
  }

  onFailure(writer: TargetWriter, error: unknown): void {
    if (this.#isFinished) warn(new CloseError([error], []))
    else if (writer.settings.onError === 'fail') this.fail(error)
    else this.onDetached(writer, error)
  }

  onDetached(writer: TargetWriter, error: unknown): void {
    const { onError, index } = writer.settings
    const others = this.#writers.filter((other) => other !== writer)
    try {
      if (typeof onError === 'function') onError(error as Error, index)
    } catch (thrown) {
      this.fail(thrown)
      return
    }
    const isLast = others.every(({ isGone }) => isGone) && !this.#hasReadables()
    if (isLast) return this.fail(error)
    this.#direct = undefined
    writer.leave()
    void writer.target.destroy(error as Error)
    this.onSettled()
  }

  fail(error: unknown): void {
    this.#fail(error)
  }

  /** Runs the writers that are ready, once; false if there were none. */
  #runReady(): boolean {
    let hasRun = false
    for (const writer of this.#writers) {
      if (!writer.isReady) continue
      hasRun = true
      this.#spent += writer.run(BURST - this.#spent)
      if (this.#spent >= BURST) this.#yield()
      if (this.#isYielding) break
    }
    return hasRun
  }

  /** The targets, if all open branches are those of writers whose targets wait for an item. */
  #findDirect(): readonly WritableLike[] | undefined {
    if (this.#isDriving || this.#isYielding) return undefined
    const writers = this.#writers.filter(({ isIdle, target }) => isIdle && !target.isSilent)
    const areAll = writers.length > 0 && writers.length === this.#hub?.delivery.open
    this.#directWriters = writers
    return (this.#direct = areAll ? writers.map(({ target }) => target.stream) : undefined)
  }

  /** A target wants no more for now. */
  #onFull(index: number): void {
    const { target } = this.#directWriters[index] as TargetWriter
    target.needsDrain = true
    this.#direct = undefined
  }

  /** The targets from an index on, if something has happened to one while the item was being passed on. */
  #passRest(item: unknown, from: number): void {
    for (const { target } of this.#directWriters.slice(from)) target.write(item)
  }

  #afterPass(): void {
    this.#direct = undefined
    for (const writer of this.#writers) if (writer.target.needsDrain) writer.isIdle = false
    if (this.#spent >= BURST) this.#yield()
    if (this.#isWoken) this.drive()
  }

  #giveBackOnThrow<R>(fn: () => R): R {
    try {
      return fn()
    } catch (error) {
      for (const { target } of this.#writers) target.giveBack()
      throw error
    }
  }

  /** Whether Readables have joined that are still open. */
  #hasReadables(): boolean {
    return this.#hub?.branches.slice(this.#writers.length).some(({ closed }) => !closed) === true
  }

  #yield(): void {
    this.#isYielding = true
    setImmediate(() => {
      this.#spent = 0
      this.#isYielding = false
      this.drive()
    })
  }
}
