import { PassThrough, Readable } from 'node:stream'
import t from 'tap'
import * as async from '../../lib/async.ts'
import * as iter from '../../lib/iter.ts'
import * as streams from '../../lib/index.ts'
import { drained } from '../instruments/drain.ts'
import { collect, faces } from '../instruments/faces.ts'
import { recording } from '../instruments/sources.ts'

const argumentError = { code: 'ERR_FANPIPE_ARGUMENT' }

for (const face of faces.filter(({ name }) => name !== 'iter')) {
  const { chain, fence, merge, mergeBoundedLateness, mergeReady, roundRobin } =
    face.api as unknown as typeof async

  for (const [name, join] of Object.entries({
    chain,
    mergeReady: (inputs: AsyncIterable<number[]>) => mergeReady(inputs, { maxOpen: 1 }),
  })) {
    t.test(
      `${name} (${face.name}): the list of inputs may be an async iterable, pulled as needed`,
      async (t) => {
        const list = recording([[1, 2], [3], [], [4]])
        const output = join(list.async)
        t.equal(list.record.opened, 0)
        t.strictSame(await collect(output), [1, 2, 3, 4])
        t.match(list.record, { opened: 1, closed: 1 })
        let drawn = 0
        async function* endless() {
          for (;;) yield [drawn++]
        }
        t.strictSame(await collect(fence<number>(3)(join(endless()))), [0, 1, 2])
        t.ok(drawn <= 4, `${drawn} drawn`)
      },
    )

    t.test(
      `${name} (${face.name}): an async list is closed once when the output is left early`,
      async (t) => {
        const list = recording([[1, 2], [3]])
        t.strictSame(await collect(join(list.async), 1), [1])
        t.match(list.record, { opened: 1, closed: 1 })
        let wasClosed = false
        const waiting: AsyncIterable<number[]> = {
          [Symbol.asyncIterator]: () => ({
            next: () => new Promise<never>(() => undefined),
            async return() {
              wasClosed = true
              return { done: true, value: undefined }
            },
          }),
        }
        const output = join(waiting)
        const iterator = output[Symbol.asyncIterator]()
        const next = iterator.next().catch(() => undefined)
        await new Promise(setImmediate)
        if (output instanceof Readable) output.destroy()
        else await iterator.return?.()
        await next
        t.equal(wasClosed, true)
      },
    )

    t.test(
      `${name} (${face.name}): an error thrown by an async list fails the output, and sourceOf finds no input for it`,
      async (t) => {
        const error = new Error('no more')
        const list = recording<number[]>([[1]], error)
        const output = join(list.async)
        t.strictSame(await drained(output), { items: [1], error })
        t.equal(async.sourceOf(error, output), undefined)
        t.equal(async.sourceOf(error), undefined)
        const nested = roundRobin([[], join(recording<number[]>([], error).async)])
        t.equal((await drained(nested)).error, error)
        t.strictSame(async.sourceOf(error, nested), [{ index: 1, label: undefined }])
      },
    )

    t.test(`${name} (${face.name}): an item of an async list that is not a source is an error`, async (t) => {
      const { error } = await drained(join(recording([[1], 7]).async as AsyncIterable<number[]>))
      t.match(error, { ...argumentError, argument: 'inputs[1]' })
    })

    t.test(
      `${name} (${face.name}): a Readable used as the list of inputs is owned from the call on`,
      async (t) => {
        const unread = Readable.from([[1]])
        const output = join(unread)
        t.throws(() => join(unread), argumentError)
        if (output instanceof Readable) {
          output.destroy()
          t.equal(unread.destroyed, true)
        }
        const list = new PassThrough({ objectMode: true })
        const failing = drained(join(list))
        const error = new Error('broken')
        list.destroy(error)
        t.equal((await failing).error, error)
        t.strictSame(await collect(join(streams.chain([[[1], [2]]]))), [1, 2])
      },
    )

    t.test(`${name} (${face.name}): a stream of bytes is not a list of inputs`, async (t) => {
      const bytes = Readable.from([Buffer.from('a')], { objectMode: false })
      t.throws(() => join(bytes), { ...argumentError, message: /put the inputs in an array$/ })
      t.equal((await collect(async.chain([bytes]))).length, 1, 'not claimed')
    })
  }

  t.test(
    `(${face.name}): an async list in a nested chain is read when its turn comes, and closed if that never happens`,
    async (t) => {
      const list = recording([[2], [3]])
      t.strictSame(await collect(chain([[1], chain(list.async), () => chain(list.async)])), [1, 2, 3, 2, 3])
      const unread = Readable.from([[1]])
      t.strictSame(await collect(chain([[1, 2], chain(unread)]), 1), [1])
      t.equal(unread.destroyed, true)
    },
  )

  t.test(`(${face.name}): a fast input does not starve an async list`, async (t) => {
    async function* inputs() {
      yield Array.from({ length: 50_000 }, () => 'quick')
      yield ['rare']
    }
    const seen: string[] = []
    for await (const item of mergeReady(inputs())) seen.push(item)
    t.equal(seen.length, 50_001)
    t.ok(seen.indexOf('rare') < 5000, `item ${seen.indexOf('rare')}`)
  })

  t.test(`(${face.name}): junctions that open all inputs at once refuse an async list`, async (t) => {
    for (const join of [roundRobin, merge, (inputs: never) => mergeBoundedLateness(inputs, { lateness: 0 })])
      t.throws(() => join(recording([[1]]).async as never), {
        ...argumentError,
        argument: 'inputs',
        message: /only chain and mergeReady take an asynchronous list of inputs; put the inputs in an array$/,
      })
  })
}

t.test('(iter): an async list is refused, and the message names fanpipe/async', async (t) => {
  for (const join of [iter.chain, iter.mergeReady])
    t.throws(() => join(recording([[1]]).async as never), {
      ...argumentError,
      message: /cannot wait for inputs; use fanpipe\/async$/,
    })
})

t.test(
  'a source of paths passed as the list of inputs: the message says how to turn the paths into inputs',
  (t) => {
    const paths = streams.walkSource('.')
    t.throws(() => streams.chain(paths as never), { message: /make inputs of them: map\(/ })
    t.throws(() => streams.merge(paths as never), { message: /put the inputs in an array$/ })
    t.end()
  },
)
