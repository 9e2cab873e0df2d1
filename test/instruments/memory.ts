/** How much memory is in use, after a garbage collection. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
export const collectGarbage = runInNewContext('gc') as () => void

/** In bytes: on the heap, and in buffers outside the heap. */
export function usedMemory(): { heapUsed: number; external: number } {
  collectGarbage()
  return process.memoryUsage()
}

export function usedBytes(): number {
  const { heapUsed, external } = usedMemory()
  return heapUsed + external
}
