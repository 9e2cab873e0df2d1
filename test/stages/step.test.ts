import t from 'tap'
import * as iter from '../../lib/iter.ts'
import { collect, faces } from '../instruments/faces.ts'

for (const face of faces) {
  const { compose, flushable, fence, many, none, stage, stop } = face.api
  const source = (...items: number[]): Iterable<number> => face.source(items)
  const run = (step: (n: number) => unknown, ...items: number[]): Promise<unknown[]> =>
    collect(stage<number, unknown>(() => step)(source(...items)))

  t.test(`stage (${face.name}): a step may return none, many, a generator or an item`, async (t) => {
    const step = (n: number): unknown => {
      if (n === 1) return none
      if (n === 2) return many(['a', 'b'])
      if (n === 3) return many([])
      if (n === 4) {
        return (function* () {
          yield 'c'
          yield 'd'
        })()
      }
      return n
    }
    t.strictSame(await run(step, 1, 2, 3, 4, 5), ['a', 'b', 'c', 'd', 5])
  })

  t.test(`stage (${face.name}): an iterator that is not a generator is an item`, async (t) => {
    const item = { next: () => 1 }
    t.strictSame(await run(() => item, 1), [item])
  })

  t.test(`stage (${face.name}): stop ends the output and closes the source`, async (t) => {
    const { input, record } = face.recorded([1, 2, 3, 4])
    t.strictSame(await collect(stage<number, number>(() => (n) => (n === 3 ? stop : n))(input)), [1, 2])
    t.equal(record.closed, 1)
  })

  t.test(`stage (${face.name}): a flushable step is called once more at the end`, async (t) => {
    const sum = stage<number, number>(() => {
      let total = 0
      return flushable<number, unknown>(
        (n) => {
          total += n
          return none
        },
        () => total,
      )
    })
    t.strictSame(await collect(sum(source(1, 2, 3))), [6])
    t.strictSame(await collect(sum(source())), [0])
    t.strictSame(await collect(stage(() => flushable((n: number) => n))(source(1))), [1], 'no final item')
  })

  t.test(
    `stage (${face.name}): several outputs for one item are lazy, and closed if the rest is not taken`,
    async (t) => {
      let closed = 0
      const endless = stage<number, number>(
        () =>
          function* (n) {
            try {
              for (;;) yield n++
            } finally {
              closed++
            }
          },
      )
      const { input, record } = face.recorded([5, 6])
      t.strictSame(await collect(compose(endless, fence(3))(input)), [5, 6, 7])
      t.equal(closed, 1)
      t.equal(record.closed, 1)
    },
  )

  t.test(`stage (${face.name}): a step's error arrives unchanged and closes the source`, async (t) => {
    const error = new Error('broken')
    const { input, record } = face.recorded([1])
    const broken = stage(() => () => {
      throw error
    })
    await t.rejects(collect(broken(input)), error)
    t.equal(record.closed, 1)
  })

  t.test(`stage (${face.name}): a symbol that is not a marker is an item`, async (t) => {
    const symbol = Symbol('item')
    t.strictSame(await collect(stage<number, symbol>(() => () => symbol)(source(1))), [symbol])
  })

  t.test(`stage (${face.name}): each run has its own step`, async (t) => {
    const numbered = stage<number, string>(() => {
      let line = 0
      return (n) => `${++line}:${n}`
    })
    t.strictSame(await collect(numbered(source(7, 8))), ['1:7', '2:8'])
    t.strictSame(await collect(numbered(source(9))), ['1:9'])
  })

  t.test(
    `stage (${face.name}): a value that is not a factory is refused at the call, and a step that is not a function at run time`,
    async (t) => {
      t.throws(() => stage(7 as never), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'factory' })
      await t.rejects(collect(stage((() => 7) as never)(source(1))), { code: 'ERR_FANPIPE_ARGUMENT' })
    },
  )

  t.test(
    `stage (${face.name}): a promise is awaited in the async faces, and refused in the sync one`,
    async (t) => {
      const step = async (n: number): Promise<unknown> => (n === 2 ? none : n === 3 ? many([3, 3]) : n)
      const last = flushable<number, unknown>(step, async () => 'end')
      if (face.name === 'iter') {
        await t.rejects(run(step, 1), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'step' })
        const rejecting = async (): Promise<never> => {
          throw new Error('this is not reported')
        }
        await t.rejects(run(rejecting, 1), { code: 'ERR_FANPIPE_ARGUMENT' })
      } else {
        t.strictSame(await run(last, 1, 2, 3, 4), [1, 3, 3, 4, 'end'])
        const error = new Error('rejected')
        await t.rejects(
          run(async () => Promise.reject(error), 1),
          error,
        )
        const generated = async function* (n: number): AsyncGenerator<number> {
          yield n
          yield -n
        }
        t.strictSame(await run(generated, 1, 2), [1, -1, 2, -2])
      }
    },
  )
}

t.test('stage: many() refuses anything but a source, including undefined', async (t) => {
  for (const wrong of [undefined, null, 5, 'text'])
    t.throws(() => [...iter.stage(() => () => iter.many(wrong as never))([1])], {
      code: 'ERR_FANPIPE_ARGUMENT',
      argument: 'what step returns',
    })
})
