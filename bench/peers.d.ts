/** Types for peers that ship none, limited to what the benchmarks use. */
declare module 'cloneable-readable' {
  import type { Readable } from 'node:stream'
  interface Cloneable extends Readable {
    clone(): Cloneable
  }
  export default function cloneable(stream: Readable): Cloneable
}
declare module 'merge2' {
  import type { Duplex, Readable } from 'node:stream'
  export default function merge2(...streams: readonly (Readable | readonly Readable[])[]): Duplex
}
declare module 'multi-sort-stream' {
  import type { Readable } from 'node:stream'
  export default function multiSort<T>(
    streams: readonly Readable[],
    compare: (a: T, b: T) => number,
  ): Readable
}
declare module 'multistream' {
  import type { Readable } from 'node:stream'
  const MultiStream: { obj(streams: readonly (Readable | (() => Readable))[]): Readable }
  export default MultiStream
}
