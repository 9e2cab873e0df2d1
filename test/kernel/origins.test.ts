import { PassThrough, Readable, Transform } from 'node:stream'
import t from 'tap'
import * as async from '../../lib/async.ts'
import * as iter from '../../lib/iter.ts'
import * as streams from '../../lib/index.ts'
import { closeFaultsOf, fork, many, sourceOf } from '../../lib/index.ts'
import { drained } from '../instruments/drain.ts'
import { collect, faces } from '../instruments/faces.ts'
import { failing } from '../instruments/sources.ts'

const boom = (): never => {
  throw new Error('boom')
}
const errorOf = (output: unknown): Promise<unknown> =>
  collect(output).then(
    () => undefined,
    (error: unknown) => error,
  )
const at = (...indexes: number[]) => indexes.map((index) => ({ index, label: undefined }))

for (const face of faces) {
  const {
    chain,
    compose,
    filter,
    groupBy,
    map,
    merge,
    mergeBoundedLateness,
    multicast,
    roundRobin,
    stage,
    tee,
  } = face.api
  const last = { index: 1, label: 'y' }
  const labels = ['x', 'y']

  t.test(
    `sourceOf (${face.name}): an error thrown by a stage or a function is traced to its input`,
    async (t) => {
      const y = face.source([1, 2])
      const inputs: Record<string, unknown> = {
        map: map(boom)(y),
        filter: filter(boom)(y),
        'key of groupBy': groupBy(boom)(y),
        step: stage(() => boom)(y),
        'factory of a stage': stage(boom)(y),
        'generator of a step': stage(() => () => failing([], new Error('late')))(y),
        'many of a step': stage(() => () => many(failing([1], new Error('late'))))(y),
        composed: compose(
          map((n: number) => n),
          filter(() => true),
          map(boom),
        )(y),
        fork: face.api.fork([map(boom), map((n) => n)])(y),
        'function part': compose(() => boom())(y),
        'generator function as a part': compose(function* () {
          yield boom()
        } as never)(y as never),
        function: () => boom(),
        'function of a function': () => map(boom)(() => y),
        'below a hub': tee(map(boom)(y), 1)[0],
        'above a hub': map(boom)(multicast(y, 1)[0] as never),
        'in another junction': map(boom)(merge([y])),
      }
      for (const [name, input] of Object.entries(inputs)) {
        const error = await errorOf(chain([[0], input as number[]], { labels }))
        t.type(error, Error, name)
        const nested = name === 'in another junction' ? [{ index: 0, label: undefined }] : []
        t.strictSame(sourceOf(error), [last, ...nested], name)
      }
      for (const join of [roundRobin, merge, mergeBoundedLateness] as unknown as ((
        i: unknown[],
        o: object,
      ) => unknown)[]) {
        const options = join === (mergeBoundedLateness as unknown) ? { lateness: 0, labels } : { labels }
        const error = await errorOf(join([[0], map(boom)(y)], options))
        t.strictSame(sourceOf(error), [last])
        const opening = await errorOf(join([[0], () => boom()], options))
        t.strictSame(sourceOf(opening), [last])
      }
    },
  )

  t.test(
    `sourceOf (${face.name}): the path runs through nested junctions and the stages between them`,
    async (t) => {
      const y = map(boom)([1])
      const error = await errorOf(chain([[0], map((n) => n)(roundRobin([[1], [2], merge([[3], y])]))]))
      t.strictSame(sourceOf(error), at(1, 2, 1))
      const list = function* (): Generator<number[]> {
        yield [1]
        throw new Error('no more inputs')
      }
      const lazy = await errorOf(chain([[0], chain(list())]))
      t.strictSame(sourceOf(lazy), at(1), 'an error of a lazy list is traced to the junction that reads it')
      t.equal(sourceOf(await errorOf(chain(list()))), undefined)
    },
  )

  t.test(
    `sourceOf (${face.name}): an error thrown by key, time or compare is traced to the input of the item`,
    async (t) => {
      const bad = 7
      const picky = (n: number): number => (n === bad ? boom() : n)
      for (const inputs of [
        [[1], [bad]],
        [[1], [2, bad]],
        [[bad + 1], [bad]],
      ]) {
        t.strictSame(sourceOf(await errorOf(merge(inputs, { key: picky, labels }))), [last])
        const late = mergeBoundedLateness(inputs, { time: picky, lateness: 9, labels })
        t.strictSame(sourceOf(await errorOf(late)), [last])
        const compare = (a: number, b: number): number => picky(a) - picky(b)
        t.strictSame(sourceOf(await errorOf(merge(inputs, { compare, labels }))), [last])
      }
      const told = mergeBoundedLateness([[9], [5, 1]], { lateness: 1, late: boom, labels })
      t.strictSame(sourceOf(await errorOf(told)), [last])
    },
  )

  t.test(
    `sourceOf (${face.name}): an error object that reaches two outputs has a path for each`,
    async (t) => {
      const error = new Error('shared')
      const told: unknown[] = []
      const noteSource = (_: unknown, path: unknown): void => void told.push(path)
      const broken = (): Iterable<number> => failing([1], error)
      const first = chain([[0], broken()])
      const second = roundRobin([broken(), [5], [6]])
      t.equal(await errorOf(first), error)
      t.strictSame(sourceOf(error), at(1))
      t.equal(await errorOf(second), error)
      t.strictSame(sourceOf(error), at(0))
      t.strictSame(sourceOf(error, first), at(1))
      t.strictSame(sourceOf(error, second), at(0))
      t.equal(sourceOf(error, chain([[1]])), undefined)
      t.equal(sourceOf(new Error('another'), first), undefined)
      t.equal(sourceOf(error, {}), undefined)
      t.equal(sourceOf('text', first), undefined)
      const held = mergeBoundedLateness([failing([5], error), failing([1], error)], { lateness: 0 })
      t.equal(await errorOf(held), error)
      t.strictSame(sourceOf(error), at(1), 'the input whose turn came first')
      const joined = face.api.multiline({ start: () => true })(
        chain([['a', 'c'], failing<string>([], error)]),
      )
      await errorOf(roundRobin([joined, chain([['b'], failing<string>([], error)])], { errors: noteSource }))
      t.strictSame(told, [at(1, 1), at(0, 1)], 'each occurrence has its own path')
      const swallowing = compose(function* (items: Iterable<number>) {
        try {
          yield* items
        } catch {
          yield 2
        }
      } as never)
      if (face.name === 'iter') {
        t.equal(await errorOf(chain([swallowing(broken() as never) as never, broken()])), error)
        t.strictSame(sourceOf(error), at(1), 'not the occurrence that was swallowed')
      }
    },
  )

  t.test(
    `closeFaultsOf (${face.name}): an error object that reaches two outputs has the close faults of each`,
    async (t) => {
      const error = new Error('shared')
      const [one, two] = [new Error('one'), new Error('two')]
      const stuck = (fault: unknown): Iterable<number> => ({
        [Symbol.iterator]: () => ({
          next: () => ({ done: false, value: 1 }),
          return() {
            throw fault
          },
        }),
      })
      const output = (fault: unknown): Iterable<number> => roundRobin([stuck(fault), failing([], error)])
      const [first, second] = [output(one), output(two)]
      const clean = chain([failing([], error)])
      for (const each of [first, second, clean]) t.equal(await errorOf(each), error)
      t.strictSame(closeFaultsOf(error, first)?.faults, [one])
      t.strictSame(closeFaultsOf(error, second)?.faults, [two])
      t.equal(closeFaultsOf(error, clean), undefined)
      t.equal(closeFaultsOf(error), undefined, 'the last')
      const [branch, other] = multicast(output(one), 2).map((each) => chain([[0], each]))
      t.equal(await errorOf(branch), error)
      t.equal(await errorOf(other), error)
      t.strictSame(closeFaultsOf(error, branch)?.faults, [one], 'of the hub')
      t.strictSame(sourceOf(error, other), at(1, 1))
      const [unharmed] = multicast(chain([failing([], error)]), 1).map((each) => chain([each]))
      t.equal(await errorOf(unharmed), error)
      t.equal(closeFaultsOf(error, unharmed), undefined, 'of a hub that closed without a fault')
    },
  )

  t.test(
    `sourceOf (${face.name}): given an output, it returns the path of its latest opening; each branch has a path of its own`,
    async (t) => {
      const error = new Error('shared')
      const [a, b, c] = tee(roundRobin([[1], failing([], error)]), 3)
      const below = chain([[0], [1], b as never])
      t.equal(await errorOf(a), error)
      t.equal(await errorOf(below), error)
      t.strictSame(sourceOf(error), at(2, 1))
      t.strictSame(sourceOf(error, a), at(1))
      t.strictSame(sourceOf(error, below), at(2, 1))
      t.equal(await errorOf(c), error)
      t.strictSame(sourceOf(error), at(1))
      t.strictSame(sourceOf(error, c), at(1))
      if (face.name === 'streams') return
      let fails = 0
      const turns = roundRobin([0, 1].map((i) => () => (i === fails ? failing([], error) : [1])))
      for (fails of [0, 1]) {
        t.equal(await errorOf(turns), error)
        t.strictSame(sourceOf(error, turns), at(fails))
      }
      const both = map((n) => n)(iter.chain([failing([], error)]))
      t.equal(sourceOf(error, both), undefined, 'never opened')
      t.equal(await errorOf(both), error)
      t.strictSame(sourceOf(error, both), at(0))
      const iterator = face.iterate(chain([[1], failing([], error)]))
      t.equal((await iterator.next()).value, 1)
      await t.rejects(iterator.next(), error)
    },
  )
}

t.test('sourceOf: an iterator has a path of its own', async (t) => {
  const error = new Error('shared')
  const iterator = iter.chain([[1], failing([], error)])[Symbol.iterator]()
  t.equal(iterator.next().value, 1)
  t.throws(() => iterator.next(), error)
  t.strictSame(sourceOf(error, iterator), at(1))
  const later = async.chain([failing([], error)])[Symbol.asyncIterator]()
  await t.rejects(later.next(), error)
  t.strictSame(sourceOf(error, later), at(0))
})

t.test('sourceOf (async): a promise rejected in a stage is traced to the input of the stage', async (t) => {
  for (const api of [async, streams] as unknown as (typeof async)[]) {
    const { chain, filter, map, stage } = api
    const rejecting = async (): Promise<never> => boom()
    for (const input of [
      map(rejecting)([1]),
      filter(rejecting)([1]),
      stage(() => rejecting)([1]),
      map(async (n: number) => n)(map(rejecting)([1]) as never),
    ]) {
      const error = await errorOf(chain([[0], input]))
      t.strictSame(sourceOf(error), at(1))
    }
  }
})

t.test('sourceOf (streams): an error of a Duplex used as a stage is traced to its input', async (t) => {
  const error = new Error('in transit')
  const duplex = (): Transform =>
    new Transform({ objectMode: true, transform: (_item, _encoding, callback) => callback(error) })
  const forked = fork([duplex])([1])
  t.equal((await drained(streams.chain([[0], forked as never]))).error, error)
  t.strictSame(sourceOf(error), at(1))
})

t.test('sourceOf (streams): a primitive is wrapped in an error, which has the path', async (t) => {
  const { error } = await drained(
    streams.chain([
      [0],
      streams.map(() => {
        throw 'text'
      })([1]),
    ]),
  )
  t.match(error, { code: 'ERR_FANPIPE_SOURCE', cause: 'text', source: 1 })
  t.strictSame(sourceOf(error), at(1))
})

t.test(
  'sourceOf (streams): destroying the streams of a pipeline with the error does not change its path',
  async (t) => {
    const error = new Error('first')
    const source = streams.chain([[0], failing([1], error)])
    const behind = streams.duplex(streams.map((n: number) => n))
    const sink = new PassThrough({ objectMode: true })
    source.on('error', (error) => behind.destroy(error))
    behind.on('error', (error) => sink.destroy(error))
    sink.on('error', () => undefined)
    source.pipe(behind).pipe(sink).resume()
    await new Promise((resolve) => sink.once('close', resolve))
    t.strictSame(sourceOf(error), at(1))
    t.strictSame(sourceOf(error, source), at(1))
    t.equal(sourceOf(error, behind), undefined)
  },
)

t.test(
  'sourceOf (streams): a stream with listeners that is passed to a junction has a path of its own',
  async (t) => {
    const error = new Error('shared')
    const inner = streams.roundRobin([[1], failing([], error)])
    inner.on('error', () => undefined)
    const outer = streams.chain([[0], inner])
    t.equal((await drained(outer)).error, error)
    t.strictSame(sourceOf(error, outer), at(1, 1))
    t.strictSame(sourceOf(error, inner), at(1))
    t.equal(sourceOf(error, Readable.from([])), undefined)
  },
)
