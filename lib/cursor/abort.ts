interface Watch {
  readonly callbacks: Set<() => void>
  readonly stop: () => void
}

const watches = new WeakMap<AbortSignal, Watch>()

/**
 * Calls back when the signal aborts; the answer takes that back. One listener a signal, however many wait for it,
 * since Node warns at the eleventh.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const watch = watches.get(signal) ?? watchSignal(signal)
  watch.callbacks.add(callback)
  return () => {
    watch.callbacks.delete(callback)
    if (watch.callbacks.size === 0 && watches.get(signal) === watch) watch.stop()
  }
}

function watchSignal(signal: AbortSignal): Watch {
  const callbacks = new Set<() => void>()
  const stop = (): void => {
    watches.delete(signal)
    signal.removeEventListener('abort', aborted)
  }
  const aborted = (): void => {
    stop()
    for (const callback of callbacks) callback()
  }
  signal.addEventListener('abort', aborted)
  const watch = { callbacks, stop }
  watches.set(signal, watch)
  return watch
}
