import { errorMonitor } from 'node:events'

type Destination = NodeJS.WritableStream & {
  readonly destroyed?: boolean
  readonly closed?: boolean
  readonly errored?: Error | null
  readonly writableEnded?: boolean
}

/** The streams that a Readable is piped to. */
export class Destinations {
  readonly #unlisten = new Map<Destination, () => void>()
  readonly #failed = new WeakSet<Destination>()

  get size(): number {
    return this.#unlisten.size
  }

  add(destination: Destination): void {
    if (this.#unlisten.has(destination)) return
    const onError = (): void => void this.#failed.add(destination)
    destination.on(errorMonitor, onError)
    this.#unlisten.set(destination, () => destination.removeListener(errorMonitor, onError))
  }

  clear(): void {
    for (const unlisten of this.#unlisten.values()) unlisten()
    this.#unlisten.clear()
  }

  /** Removes a destination; true if it was the last one and was removed because it has closed, failed or ended. */
  remove(destination: Destination): boolean {
    const unlisten = this.#unlisten.get(destination)
    if (unlisten === undefined) return false
    unlisten()
    this.#unlisten.delete(destination)
    return this.size === 0 && (isGone(destination) || this.#failed.has(destination))
  }
}

const isGone = ({ destroyed, closed, errored, writableEnded, writable }: Destination): boolean =>
  destroyed === true || closed === true || errored != null || writableEnded === true || !writable
