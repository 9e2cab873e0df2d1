import { once } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import t from 'tap'
import * as async from '../../lib/async.ts'
import * as iter from '../../lib/iter.ts'
import * as streams from '../../lib/index.ts'
import type { InputList, InputWrapper } from '../../lib/fan-in/input-list.ts'
import { fail } from '../../lib/fan-in/input-errors.ts'
import { Inputs } from '../../lib/fan-in/inputs.ts'
import { toRecipe } from '../../lib/from/recognise.ts'
import { Cleanup } from '../../lib/kernel/cleanup.ts'
import { EMPTY, type Cursor } from '../../lib/kernel/cursor.ts'
import { Place } from '../../lib/kernel/place.ts'
import { Scope } from '../../lib/kernel/scope.ts'
import { drained } from '../instruments/drain.ts'
import { collect, faces } from '../instruments/faces.ts'

t.test('an input of a chain that destroys the output while it is being opened is closed', async (t) => {
  const input = Readable.from([1])
  const output = streams.chain([
    [0],
    () => {
      output.destroy()
      return input
    },
  ])
  await once(output.resume(), 'close')
  t.equal(input.destroyed, true)
})

const bytes = (): Readable => Readable.from([Buffer.from('ab'), Buffer.from('c')], { objectMode: false })
const objects = (): Readable => Readable.from([1, 2])
const mixed = { code: 'ERR_FANPIPE_ARGUMENT', message: /(a byte stream|a source of items) as .* is, not a/ }

for (const [name, api] of [
  ['async', async],
  ['streams', streams],
] as const) {
  const { chain, fence, map } = api as unknown as typeof async
  type Input = AsyncIterable<unknown> | (() => AsyncIterable<unknown>)

  t.test(
    `chain (${name}): bytes and items cannot be mixed, however late the inputs become known`,
    async (t) => {
      const [b, o] = [bytes, objects]
      const one = fence<unknown>(1)
      for (const inputs of [
        (): Iterable<Input> => [b, o],
        (): Iterable<Input> => [o, b],
        (): Iterable<Input> => [b(), o],
        (): Iterable<Input> => [o(), b],
        (): Iterable<Input> => [b, (): AsyncIterable<unknown> => chain([o])],
        (): Iterable<Input> => [(): AsyncIterable<unknown> => chain([b]), o],
        (): Iterable<Input> => [chain([chain([b])]), chain([o])],
        (): Iterable<Input> => [chain([[1], b]) as Input],
        (): Iterable<Input> => [b, [1] as never],
        (): Iterable<Input> => [b, () => [1] as never],
        (): Iterable<Input> => [() => b as never, () => o as never],
        (): Iterable<Input> => [b, one(b()) as Input],
        (): Iterable<Input> => [b, map((chunk: unknown) => chunk)(b()) as Input],
        (): Iterable<Input> => new Set<Input>([b, o]),
        function* (): Iterable<Input> {
          yield bytes()
          yield objects()
        },
      ]) {
        const { items, error } = await drained(chain(inputs()))
        t.match(error, mixed)
        t.ok(items.length > 0, 'earlier items are delivered')
      }
    },
  )

  t.test(
    `chain (${name}): bytes upstream of a stage, and inputs of one kind, do not count as mixed`,
    async (t) => {
      t.equal(
        Buffer.concat(await collect<Buffer>(chain([bytes, () => bytes(), bytes()]))).toString(),
        'abcabcabc',
      )
      t.strictSame(await collect(chain([objects, objects(), [3]])), [1, 2, 1, 2, 3])
      t.strictSame(await collect(chain([map(String)(bytes()), objects])), ['ab', 'c', 1, 2])
      t.strictSame(await collect(chain([map(String)(chain([bytes])), objects])), ['ab', 'c', 1, 2])
    },
  )

  t.test(`inputs (${name}): the same stream twice is refused, however late it becomes known`, async (t) => {
    const twice = { code: 'ERR_FANPIPE_ARGUMENT' }
    for (const inputs of [
      (s: Readable): Iterable<Input> => [() => s, () => s],
      (s: Readable): Iterable<Input> => [s, () => s],
      (s: Readable): Iterable<Input> => [() => chain([s]), () => chain([s])],
      (s: Readable): Iterable<Input> => [map((x: unknown) => x)(s), () => s],
      function* (s: Readable): Iterable<Input> {
        yield s
        yield s
      },
    ]) {
      const stream = objects()
      const { items, error } = await drained(chain(inputs(stream)))
      t.strictSame(items, [1, 2])
      t.match(error, twice)
      t.equal(stream.destroyed, true)
    }
  })
}

t.test(
  'chain (streams): chunks of bytes may be mixed with items if objectMode declares them to be items',
  async (t) => {
    const chunks = (): Readable => streams.chain([bytes], { objectMode: true })
    t.strictSame(await collect(streams.chain([chunks(), objects])), [
      Buffer.from('ab'),
      Buffer.from('c'),
      1,
      2,
    ])
    const { error } = await drained(streams.chain([chunks(), bytes]))
    t.match(error, mixed)
  },
)

for (const face of faces) {
  const { chain, merge, mergeBoundedLateness, multicast, roundRobin, tee, zip } = face.api
  const refusal = (call: () => unknown): string => {
    try {
      call()
    } catch (error) {
      if ((error as { code?: string }).code === 'ERR_FANPIPE_ARGUMENT') return (error as Error).message
      throw error
    }
    return 'not refused'
  }

  t.test(
    `misuse (${face.name}): an input in place of the options is an error that says to use an array`,
    async (t) => {
      for (const join of [chain, roundRobin, merge, mergeBoundedLateness, zip] as unknown as ((
        a: unknown,
        b: unknown,
      ) => unknown)[]) {
        for (const second of [
          [2],
          new Set([2]),
          () => [2],
          objects(),
          (async function* () {})(),
          new ReadableStream(),
          'b.log',
        ])
          t.match(
            refusal(() => join([[1]], second)),
            /^options must be .*: put the inputs in an array$/,
          )
        const lateness = join === (mergeBoundedLateness as unknown) ? { lateness: 0 } : {}
        t.match(
          refusal(() => join(() => [1], lateness)),
          /^inputs must be an iterable of inputs, not a function: put the inputs in an array$/,
        )
      }
    },
  )

  t.test(
    `misuse (${face.name}): a path in place of a source is an error that names lineSource`,
    async (t) => {
      for (const path of ['a.log', new URL('file:///a.log')]) {
        for (const call of [
          () => merge(path as never),
          () => merge([path as never]),
          () => chain([[1], path as never]),
          () => multicast(path as never, 1),
          () => tee(path as never),
          () => face.api.map((line) => line)(path as never),
        ])
          t.match(refusal(call), /: for the lines of a file use lineSource\(path\)( of 'fanpipe')?$/)
      }
      const { error } = await drained(async.chain([() => 'a.log' as never]))
      t.match((error as Error).message, /lineSource/)
    },
  )

  t.test(
    `misuse (${face.name}): a value that is not a source is an error that says what a source is`,
    async (t) => {
      for (const input of [7, null, undefined, {}, { next: () => 1 }, Buffer.from('a'), (n: number) => [n]])
        t.match(
          refusal(() => chain([input as never])),
          /^inputs\[0\] must be (an iterable|a Readable), .*, not [^:]*$/,
        )
      for (const inputs of [7, null, {}, Buffer.from('a')])
        t.match(
          refusal(() => chain(inputs as never)),
          /^inputs must be an iterable of inputs, not [^:]*$/,
        )
      t.match(
        refusal(() => chain([Promise.resolve([1]) as never])),
        face.name === 'iter' ? /not a promise: await it first$/ : /not a promise: a function may return one/,
      )
    },
  )
}

t.test('misuse (iter): an asynchronous source is an error that names fanpipe/async', async (t) => {
  for (const input of [
    objects(),
    new PassThrough(),
    (async function* () {})(),
    async.chain([[1]]),
    streams.chain([[1]]),
    new ReadableStream(),
  ]) {
    for (const call of [
      () => iter.chain([input as never]),
      () => iter.multicast(input as never, 1),
      () =>
        iter
          .chain([() => input as never])
          [Symbol.iterator]()
          .next(),
    ])
      t.throws(call, {
        code: 'ERR_FANPIPE_ARGUMENT',
        message: /: fanpipe\/iter cannot wait; use fanpipe\/async$/,
      })
  }
})

t.test('a wrapper puts a cursor around each input; the first one is outermost', async (t) => {
  const scope = new Scope('iter', { wake: () => undefined, fail: () => undefined }, new Cleanup(1000))
  const log: unknown[] = []
  const wrapper =
    (name: string): InputWrapper =>
    (scopeOfInput, place) => {
      log.push([name, place.index, place.label, scopeOfInput === scope])
      let input = EMPTY
      return {
        inner: scopeOfInput,
        wrap: (cursor) => void (input = cursor as Cursor<never>),
        next: () => {
          log.push(name)
          return input.next()
        },
        close: () => input.close(),
      }
    }
  const list = {
    parts: [[1], [2]].map((input, i) => toRecipe<number>(input, `inputs[${i}]`, 'iter')),
    lazy: undefined,
    asyncList: undefined,
    labels: ['first', 'second'],
    face: 'iter' as const,
    bytes: false,
    wrappers: [wrapper('outer'), wrapper('inner')],
    checkCount: () => undefined,
    unfolds: (() => false) as unknown as InputList<number>['unfolds'],
  }
  const { cursors } = new Inputs(list, scope, Place.root(), fail(scope, Place.root())).openAll()
  t.strictSame(log.splice(0), [
    ['outer', 0, 'first', true],
    ['inner', 0, 'first', true],
    ['outer', 1, 'second', true],
    ['inner', 1, 'second', true],
  ])
  t.equal(cursors[1]?.next(), 2)
  t.strictSame(log, ['outer', 'inner'])
})
