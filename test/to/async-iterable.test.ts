import t from 'tap'
import { chain, compose, fork, map, merge, multicast, roundRobin, tee } from '../../lib/async.ts'
import { failing, parked } from '../instruments/sources.ts'
import { closeWarning } from '../instruments/warnings.ts'

const boom = new Error('boom')

/** Yields one item, then throws boom; closing takes a while. */
async function* closingSlowly(): AsyncGenerator<number> {
  try {
    yield 1
    throw boom
  } finally {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** An input whose closing takes a while. */
const slowToClose: AsyncIterable<number> = {
  [Symbol.asyncIterator]: () => ({
    next: async () => ({ done: false, value: 9 }),
    return: () => new Promise((resolve) => setTimeout(resolve, 5, { done: true, value: undefined })),
  }),
}

/** The outcomes of the requests in the order in which they settle: the value, 'done' or the error. */
async function settled(requests: readonly Promise<IteratorResult<unknown>>[]): Promise<unknown[]> {
  const order: unknown[] = []
  await Promise.all(
    requests.map((request, i) =>
      request.then(
        ({ done, value }) => void order.push([i, done === true ? 'done' : value]),
        (error: unknown) => void order.push([i, error]),
      ),
    ),
  )
  return order
}

t.test('concurrent requests settle in order when the source fails', async (t) => {
  const outputs: Record<string, () => AsyncIterable<unknown>> = {
    chain: () => chain([closingSlowly()]),
    'a sync source': () => chain([failing([1], boom)]),
    'a sibling that closes slowly': () => merge([failing([1], boom), slowToClose]),
    map: () => map((n: number) => n)(closingSlowly()),
    'a function used as a stage': () => compose((source: AsyncIterable<number>) => source)(closingSlowly()),
    multicast: () => multicast(closingSlowly(), 1)[0],
  }
  for (const [name, open] of Object.entries(outputs)) {
    const iterator = open()[Symbol.asyncIterator]()
    const requests = [iterator.next(), iterator.next(), iterator.next(), iterator.next()]
    t.strictSame(
      await settled(requests),
      [
        [0, 1],
        [1, boom],
        [2, 'done'],
        [3, 'done'],
      ],
      name,
    )
  }
})

t.test('concurrent requests settle in order when the signal aborts', async (t) => {
  const controller = new AbortController()
  const output = chain([parked, slowToClose], { signal: controller.signal })
  const iterator = output[Symbol.asyncIterator]()
  const requests = [iterator.next(), iterator.next()]
  controller.abort('enough')
  t.match(await settled(requests), [
    [0, { name: 'AbortError', cause: 'enough' }],
    [1, 'done'],
  ])
})

t.test(
  'a request made from inside a source, a key function, a comparison or a step waits for its turn',
  async (t) => {
    let ask = (): unknown => undefined
    const items = function* (): Generator<number> {
      for (let n = 1; n <= 4; n++) {
        ask()
        yield n
      }
    }
    const asking = <T>(value: T): T => (ask(), value)
    const outputs: Record<string, () => AsyncIterable<number>> = {
      source: () => chain([items()]),
      step: () => map(asking<number>)([1, 2, 3, 4]),
      key: () =>
        merge(
          [
            [1, 3],
            [2, 4],
          ],
          { key: asking<number> },
        ),
      compare: () =>
        merge(
          [
            [1, 3],
            [2, 4],
          ],
          { compare: (a: number, b: number) => asking(a - b) },
        ),
      multicast: () => multicast(items(), 1)[0],
    }
    for (const [name, open] of Object.entries(outputs)) {
      const iterator = open()[Symbol.asyncIterator]()
      const requests: Promise<IteratorResult<number>>[] = []
      ask = () => {
        ask = () => undefined
        requests.push(iterator.next(), iterator.next())
      }
      const first = iterator.next()
      const order = await settled([first, ...requests])
      t.strictSame(
        order.map((entry) => (entry as unknown[])[1]),
        [1, 2, 3],
        name,
      )
      t.strictSame([(await iterator.next()).value, (await iterator.next()).done], [4, true], name)
    }
  },
)

t.test('40,000 concurrent requests settle in order, while timers run', async (t) => {
  const count = 40_000
  for (const source of [
    function* () {
      for (let n = 0; n < count; n++) yield n
    },
    async function* () {
      for (let n = 0; n < count; n++) yield n
    },
  ]) {
    const iterator = chain([source])[Symbol.asyncIterator]()
    let turns = 0
    const turn = (): void => {
      turns++
      immediate = setImmediate(turn)
    }
    let immediate = setImmediate(turn)
    const results = await Promise.all(Array.from({ length: count + 1 }, () => iterator.next()))
    clearImmediate(immediate)
    t.ok(
      results.every(({ value, done }, i) => (i === count ? done === true : value === i)),
      'in order',
    )
    t.ok(turns >= 2, `${turns} turns of the event loop`)
  }
})

t.test('timers run while there are always two pending requests, whatever settles them', async (t) => {
  const forever = async function* (): AsyncGenerator<number> {
    for (;;) yield 1
  }
  const iterator = chain([forever])[Symbol.asyncIterator]()
  let fired = false
  setTimeout(() => (fired = true), 1)
  let pending = iterator.next()
  for (let n = 0; n < 2_000_000 && !fired; n++) {
    const next = iterator.next()
    await pending
    pending = next
  }
  t.ok(fired)
  await iterator.return?.()
})

/** A source whose return() throws. */
const faulty = (fault: unknown): AsyncIterable<number> => ({
  [Symbol.asyncIterator]: () => ({
    next: async () => ({ done: false, value: 1 }),
    return: async () => {
      throw fault
    },
  }),
})

const leave = async (output: AsyncIterable<unknown>): Promise<void> => {
  for await (const item of output) if (item !== undefined) break
}

/** Outputs of each kind over the source. */
const outputsOf: Record<string, (source: AsyncIterable<number>) => AsyncIterable<unknown>> = {
  chain: (source) => chain([source], { closeTimeout: 5 }),
  roundRobin: (source) => roundRobin([[1, 2], source], { closeTimeout: 5 }),
  map: (source) => map((n: number) => n)(source, { closeTimeout: 5 }),
  fork: (source) => fork([map((n: number) => n)])(source, { closeTimeout: 5 }),
  multicast: (source) => multicast(source, 1, { closeTimeout: 5 })[0],
  tee: (source) => tee(source, 1, { closeTimeout: 5 })[0],
  'a branch in a chain': (source) => chain([tee(source, 1, { closeTimeout: 5 })[0]]),
}

t.test('a break fails with a CloseError if closing a source threw, whatever is in between', async (t) => {
  for (const [name, output] of Object.entries(outputsOf)) {
    await t.rejects(leave(output(faulty(boom))), { code: 'ERR_FANPIPE_CLOSE', faults: [boom] }, name)
  }
})

t.test('if an input does not close in time, a break does not fail: that is a warning', async (t) => {
  const deaf: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({
      next: async () => ({ done: false, value: 1 }),
      return: () => new Promise(() => undefined),
    }),
  }
  for (const [name, output] of Object.entries(outputsOf)) {
    const warned = closeWarning()
    await leave(output(deaf))
    t.match(await warned, { code: 'ERR_FANPIPE_CLOSE', message: /did not close in time/ }, name)
  }
  const warned = closeWarning()
  async function* silent(): AsyncGenerator<number> {
    await new Promise(() => undefined)
  }
  await leave(roundRobin([[1, 2], silent()], { closeTimeout: 5, labels: ['good', 'silent'] }))
  t.match(await warned, { code: 'ERR_FANPIPE_CLOSE', message: /1 \(silent\) did not close in time/ })
  await leave(roundRobin([[1, 2], parked]))
})

t.test('only the last branch to leave closes the source, and only its return() fails', async (t) => {
  const branches = multicast(faulty(boom), 2)
  await Promise.all(branches.map((branch) => branch.next()))
  await branches[0].return?.()
  await t.rejects(branches[1].return?.() as Promise<unknown>, { code: 'ERR_FANPIPE_CLOSE', faults: [boom] })
})

t.test('if all branches are closed together, close faults are only warnings', async (t) => {
  const branches = tee(faulty(boom))
  const first = branches[0].next()
  await first
  const warned = closeWarning()
  await branches.close()
  t.match(await warned, { code: 'ERR_FANPIPE_CLOSE', message: /boom/ })
  t.strictSame(await branches[0].next(), { done: true, value: undefined })
  t.strictSame(await branches[1].return?.(), { done: true, value: undefined })
})
