import type { Outcome } from './benchmark.ts'

type Run = (onItem: () => void) => Promise<unknown>

/** Counts items, and measures the heap after 90% of `size`, while all streams are still open. */
export async function measureHeap(size: number, run: Run): Promise<Outcome> {
  const measureAt = Math.floor(size * 0.9)
  let [items, mib] = [0, NaN]
  await run(() => {
    if (++items === measureAt) mib = heapInUse()
  })
  return { items, checksum: 0, mib }
}

export async function countItems(run: Run): Promise<Outcome> {
  let items = 0
  await run(() => items++)
  return { items, checksum: 0 }
}

function heapInUse(): number {
  // The first collection finds dead buffers; only after a second one is their memory released.
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 2 ** 20
}
