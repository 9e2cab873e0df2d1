import type { Seen } from './question.ts'

type Run = (see: () => void) => Promise<unknown>

/** How many items a run has seen, and the heap in mid-run, when everything is open and most of `size` items have come. */
export async function watched(size: number, run: Run): Promise<Seen> {
  const late = Math.floor(size * 0.9)
  let [items, mib] = [0, NaN]
  await run(() => {
    if (++items === late) mib = heapInUse()
  })
  return { items, checksum: 0, mib }
}

/** The same without a look at the heap. */
export async function counted(run: Run): Promise<Seen> {
  let items = 0
  await run(() => items++)
  return { items, checksum: 0 }
}

function heapInUse(): number {
  // the second waits until the buffers that the first found dead are given back
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 2 ** 20
}
