import { Readable } from 'node:stream'
import { merge as mergeStreams } from 'fanpipe'
import { merge } from 'fanpipe/iter'
import type { Curve } from '../benchmark.ts'
import { drain, drainSync, ITEMS, range } from '../instruments.ts'

const ACTIVE = 8

/** Creates active and idle sources; the idle ones end when the last active one has ended. */
class Sources {
  #active = ACTIVE
  readonly #endIdle: (() => void)[] = []

  /** Emits one item that sorts after all active ones, then stays open without emitting anything. */
  idle(i: number): Readable {
    let emitted = false
    const source = new Readable({
      objectMode: true,
      read() {
        if (emitted) return
        emitted = true
        this.push(ITEMS + i)
      },
    })
    this.#endIdle.push(() => source.push(null))
    return source
  }

  *active(from: number): Generator<number> {
    for (let n = from; n < ITEMS; n += ACTIVE) yield n
    if (--this.#active === 0) for (const end of this.#endIdle) end()
  }
}

export const benchmark: Curve = {
  kind: 'curve',
  title: 'sorted merge of 8 active sources and many idle ones, time per item',
  x: { title: 'idle sources', values: [1, 10, 100, 1000] },
  y: 'ns',
  series: {
    'into a Writable': (idle) => {
      const sources = new Sources()
      const active = range(ACTIVE).map((i) => sources.active(i))
      return drain(mergeStreams([...active, ...range(idle).map((i) => sources.idle(i))]))
    },
    'as an iterable': (idle) => {
      const sources = new Sources()
      const active = range(ACTIVE).map((i) => sources.active(i))
      return drainSync(merge([...active, ...range(idle).map((i) => [ITEMS + i])]))
    },
  },
  growth: 1.25,
  notes: [
    'Each idle source has emitted one item, which sorts after all others, because a merge cannot start before every source has an item.',
  ],
}
