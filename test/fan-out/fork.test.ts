import t from 'tap'
import * as async from '../../lib/async.ts'
import * as iter from '../../lib/iter.ts'
import { all, drained } from '../instruments/drain.ts'
import { collect, faces } from '../instruments/faces.ts'
import { recording } from '../instruments/sources.ts'

for (const face of faces) {
  const { compose, fence, filter, fork, map, stage } = face.api
  const same = map((n: number) => n)
  const source = (...items: number[]): Iterable<number> => face.source(items)

  t.test(
    `fork (${face.name}): unequal outputs are a CardinalityError that names both branches and the index`,
    async (t) => {
      const uneven = fork([same, filter((n: number) => n < 3), same])(source(1, 2, 3))
      await t.rejects(collect(uneven), { code: 'ERR_FANPIPE_CARDINALITY', index: 2, shorter: 1, longer: 0 })
      const fenced = fork([fence<number>(1), same])(source(1, 2))
      await t.rejects(collect(fenced), { code: 'ERR_FANPIPE_CARDINALITY', index: 1, shorter: 0, longer: 1 })
    },
  )

  t.test(
    `fork (${face.name}): the output of one stage may lag behind the other by at most maxlen`,
    async (t) => {
      const sums = stage<number, number>(() => {
        const window: number[] = []
        return (n) => {
          window.push(n)
          return window.length < 3 ? face.api.none : window.splice(0).reduce((a, b) => a + b)
        }
      })
      const firsts = filter((n: number) => n % 3 === 1)
      t.strictSame(await collect(fork([sums, firsts])(source(1, 2, 3, 4, 5, 6))), [
        [6, 1],
        [15, 4],
      ])
      t.strictSame(await collect(compose(fork([sums, same], { maxlen: 2 }), fence(1))(source(1, 2, 3))), [
        [6, 1],
      ])
      await t.rejects(collect(fork([sums, same], { maxlen: 1 })(source(1, 2, 3))), {
        code: 'ERR_FANPIPE_OVERFLOW',
        branch: 0,
        lag: 2,
        maxlen: 1,
        message: /^stage 0 cannot keep up: it is 2 behind the fastest, and maxlen is 1: use stages/,
      })
      const rare = filter((n: number) => n === 6)
      t.strictSame(await collect(fork([rare, rare], { maxlen: 1 })(source(1, 2, 3, 4, 5, 6))), [[6, 6]])
    },
  )

  const takesNoTime = face.name === 'iter' && 'nothing is asynchronous in the sync face'
  t.test(`fork (${face.name}): slow stages run concurrently`, { skip: takesNoTime }, async (t) => {
    let [working, most] = [0, 0]
    const slow = map(async (n: number) => {
      most = Math.max(most, ++working)
      await new Promise((resolve) => setTimeout(resolve, 1))
      working--
      return n
    })
    const odd = filter((n: number) => n % 2 === 1)
    t.strictSame(await collect(fork([slow, slow])(source(1, 2))), [
      [1, 1],
      [2, 2],
    ])
    t.equal(most, 2)
    await t.rejects(collect(fork([odd, slow])(source(1, 2, 3))), {
      code: 'ERR_FANPIPE_CARDINALITY',
      index: 2,
      shorter: 0,
    })
  })

  t.test(`fork (${face.name}): a stage's error arrives unchanged and closes the input`, async (t) => {
    const error = new Error('broken')
    const { input, record } = face.recorded([1, 2])
    const broken = map((): number => {
      throw error
    })
    await t.rejects(collect(fork([same, broken])(input)), error)
    t.equal(record.closed, 1)
  })

  t.test(`fork (${face.name}): a stage that fails to open closes the input`, async (t) => {
    const error = new Error('no stage')
    const { input, record } = face.recorded([1, 2])
    const broken = stage<number, number>(() => {
      throw error
    })
    await t.rejects(collect(fork([same, broken])(input)), error)
    t.equal(record.closed, record.opened)
  })

  t.test(`fork (${face.name}): it can be composed and nested`, async (t) => {
    const twice = fork([same, fork([same, map((n: number) => -n)])])
    t.strictSame(await collect(compose(twice, fence(1))(source(1, 2))), [[1, [1, -1]]])
  })

  t.test(`fork (${face.name}): bad arguments are refused at the call`, async (t) => {
    t.throws(() => fork([]), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'stages' })
    t.throws(() => fork('ab' as never), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'stages' })
    t.throws(() => fork([same, 7 as never]), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'stages[1]' })
    t.throws(() => fork([same], { maxlen: 0 }), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'maxlen' })
  })
}

t.test(
  'fork (iter): a function over an iterable cannot be paused; it may run ahead by maxlen inputs',
  async (t) => {
    const { fork, map } = iter
    function* pairs(source: Iterable<number>): Generator<number> {
      let first: number | undefined
      for (const n of source) {
        if (first !== undefined) yield first + n
        first = first === undefined ? n : undefined
      }
    }
    const halves = iter.filter((n: number) => n % 2 === 0)
    t.strictSame(
      [...fork([pairs, halves])([1, 2, 3, 4])],
      [
        [3, 2],
        [7, 4],
      ],
    )
    const rare = function* (source: Iterable<number>): Generator<number> {
      for (const n of source) if (n === 6) yield n
    }
    const same = map((n: number) => n)
    t.throws(() => [...fork([rare, same], { maxlen: 3 })([1, 2, 3, 4, 5, 6])], {
      code: 'ERR_FANPIPE_OVERFLOW',
      branch: 1,
      lag: 3,
      maxlen: 3,
    })
  },
)

t.test(
  'fork (async): an error is thrown once no stage is running any more, and it is the error of the first stage',
  async (t) => {
    const { fork, map } = async
    const errors = [new Error('first'), new Error('second')]
    const fails = (i: number, ms: number, from = 2) =>
      map(async (n: number) => {
        if (n < from) return n
        await new Promise((resolve) => setTimeout(resolve, ms))
        throw errors[i]
      })
    const none = async.filter(() => false)
    for (const [first, second] of [
      [1, 4],
      [4, 1],
    ] as const) {
      const got: unknown[] = []
      const running = (async () => {
        for await (const tuple of fork([fails(0, first), fails(1, second)])(recording([1, 2, 3]).async))
          got.push(tuple)
      })()
      await t.rejects(running, { message: 'first' })
      t.strictSame(got, [[1, 1]])
    }
    for (const from of [1, 2]) {
      const drops = fork([none, fails(1, 1, from)])(recording([1, 2, 3, 4, 5]).async)
      await t.rejects(collect(drops), { message: 'second' })
    }
    const short = fork([none, fails(1, 1)])(recording([1, 2, 3]).async)
    await t.rejects(collect(short), { code: 'ERR_FANPIPE_CARDINALITY', index: 0, shorter: 0, longer: 1 })
  },
)

t.test('a stage that never reads its input does not hold up the others', async (t) => {
  const unequal = { code: 'ERR_FANPIPE_CARDINALITY' }
  const odd = [iter.filter((n: number) => n % 2 === 1), iter.fence<number>(0)] as const
  t.throws(() => Array.from(iter.fork(odd)([0, 1])), { ...unequal, index: 0, shorter: 1 })
  const own = [iter.fromSource([10, 11, 12]), iter.map((n: number) => n)] as const
  t.strictSame(Array.from(iter.fork(own)([0, 1, 2])), [
    [10, 0],
    [11, 1],
    [12, 2],
  ])
  t.throws(() => Array.from(iter.fork(own)([0, 1])), { ...unequal, index: 2, shorter: 1 })
  t.strictSame(await all(async.fork(own as never)([0, 1, 2])), [
    [10, 0],
    [11, 1],
    [12, 2],
  ])
  t.match((await drained(async.fork(odd as never)([0, 1]))).error, unequal)
})
