import { Readable } from 'node:stream'
import { merge as mergeStreams } from 'fanpipe'
import { merge } from 'fanpipe/iter'
import { drain, ITEMS, naturals, tallied } from '../instruments.ts'
import type { Curve } from '../question.ts'

const ACTIVE = 8

/** What was given to wait is let go at the end of the last active source. */
class IdleTimer {
  #active = ACTIVE
  readonly #waiting: (() => void)[] = []

  /** One item that sorts after all of the active ones, and then nothing, neither an item nor an end. */
  idle(i: number): Readable {
    let given = false
    const source = new Readable({
      objectMode: true,
      read() {
        if (given) return
        given = true
        this.push(ITEMS + i)
      },
    })
    this.#waiting.push(() => source.push(null))
    return source
  }

  *active(from: number): Generator<number> {
    for (let n = from; n < ITEMS; n += ACTIVE) yield n
    if (--this.#active === 0) for (const go of this.#waiting) go()
  }
}

export const question: Curve = {
  kind: 'curve',
  title: 'sorted merge of 8 active sources and of others that are open but idle, time an item',
  x: { title: 'idle sources', values: [1, 10, 100, 1000] },
  y: 'ns',
  series: {
    'into a Writable': (idle) => {
      const silence = new IdleTimer()
      const active = naturals(ACTIVE).map((i) => silence.active(i))
      return drain(mergeStreams([...active, ...naturals(idle).map((i) => silence.idle(i))]))
    },
    'as an iterable': (idle) => {
      const silence = new IdleTimer()
      const active = naturals(ACTIVE).map((i) => silence.active(i))
      return tallied(merge([...active, ...naturals(idle).map((i) => [ITEMS + i])]))
    },
  },
  growth: 1.25,
  notes: [
    'An idle source has given one item, which sorts after all others: a merge cannot begin before every source has a head.',
  ],
}
