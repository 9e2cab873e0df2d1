/** Rivals without types of their own, as far as they are used here. */
declare module 'multi-sort-stream' {
  import type { Readable } from 'node:stream'
  export default function multiSort(
    streams: readonly Readable[],
    compare: (a: number, b: number) => number,
  ): Readable
}
declare module 'multistream' {
  import type { Readable } from 'node:stream'
  const MultiStream: { obj(streams: readonly Readable[]): Readable }
  export default MultiStream
}
