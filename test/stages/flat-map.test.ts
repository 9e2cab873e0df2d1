import { Readable } from 'node:stream'
import t from 'tap'
import * as async from '../../lib/async.ts'
import * as streams from '../../lib/index.ts'
import * as iter from '../../lib/iter.ts'
import { all } from '../instruments/drain.ts'
import { collect, faces } from '../instruments/faces.ts'
import { counting, recording } from '../instruments/sources.ts'

for (const face of faces) {
  const { compose, fence, flatMap, map } = face.api

  t.test(
    `flatMap (${face.name}): is lazy within the outputs of one item, and closes the open source`,
    async (t) => {
      const inner = recording([1, 2, 3])
      const outer = face.recorded(['a', 'b'])
      const stage = compose(
        flatMap(() => inner.sync),
        fence(2),
      )
      t.strictSame(await collect(stage(outer.input)), [1, 2])
      t.strictSame(inner.record, { opened: 1, closed: 1, pulled: 2 })
      t.strictSame([outer.record.pulled, outer.record.closed], [1, 1])
    },
  )

  t.test(
    `flatMap (${face.name}): pauses within the outputs of one item while downstream requests nothing`,
    async (t) => {
      const { source, taken } = counting()
      const iterator = face.iterate(flatMap(() => source)(face.source(['a'])))
      t.strictSame(await iterator.next(), { done: false, value: 0 })
      await new Promise(setImmediate)
      t.equal(taken(), 1)
      await iterator.return?.()
    },
  )

  t.test(`flatMap (${face.name}): a value that looks like a marker of a step is an item`, async (t) => {
    const { many, none, stop } = face.api
    const items = [none, stop, many([1])]
    t.strictSame(await collect(flatMap(() => items)(face.source([1]))), items)
  })

  t.test(`flatMap (${face.name}): a function is a source that is opened when its turn comes`, async (t) => {
    const opened: number[] = []
    const sources = flatMap((n: number) => () => (opened.push(n), [n]))
    t.strictSame(
      await collect(
        compose(
          sources,
          map((n: number) => -n),
          fence(2),
        )(face.source([1, 2, 3])),
      ),
      [-1, -2],
    )
    t.strictSame(opened, [1, 2])
  })

  t.test(`flatMap (${face.name}): anything but a source is refused, and upstream is closed`, async (t) => {
    for (const wrong of [
      'text',
      new String('text'),
      Buffer.from('bytes'),
      5,
      null,
      undefined,
      { length: 0 },
    ]) {
      const { input, record } = face.recorded([1, 2])
      await t.rejects(collect(flatMap(() => wrong as never)(input)), {
        code: 'ERR_FANPIPE_ARGUMENT',
        argument: 'what fn returns',
      })
      t.equal(record.closed, 1)
    }
    await t.rejects(collect(flatMap(() => 'text' as never)(face.source([1]))), {
      message: /not "text": return \[text\] for one item, or \[\.\.\.text\] for its characters/,
    })
    t.throws(() => flatMap([] as never), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'fn' })
  })

  t.test(
    `flatMap (${face.name}): an error from a source arrives unchanged and closes upstream`,
    async (t) => {
      const error = new Error('broken')
      const { input, record } = face.recorded([1, 2])
      await t.rejects(collect(flatMap(() => recording([], error).sync)(input)), error)
      t.equal(record.closed, 1)
    },
  )
}

t.test('flatMap: async iterables, streams and promises of them, one at a time', async (t) => {
  for (const { flatMap } of [async, streams]) {
    const sources: readonly (() => async.AnyIterable<number>)[] = [
      () => recording([1, 2]).async,
      () => Readable.from([3]),
      () => new ReadableStream<number>({ start: (c) => (c.enqueue(4), c.close()) }),
    ]
    t.strictSame(
      await all(flatMap((n: number) => (sources[n] as (typeof sources)[number])())([0, 1, 2])),
      [1, 2, 3, 4],
    )
    const promised = flatMap(async (n: number) => (sources[n] as (typeof sources)[number])())
    t.strictSame(await all(promised([0, 1, 2])), [1, 2, 3, 4])
  }
  await t.rejects(collect(iter.flatMap(() => recording([1]).async as never)([1])), {
    code: 'ERR_FANPIPE_ARGUMENT',
    message: /fanpipe\/async/,
  })
})

t.test('flatMap: a thenable that is iterable is used as a source', async (t) => {
  const query = Object.assign([1, 2], { then: () => t.fail('awaited') })
  t.strictSame(await all(async.flatMap(() => query)(['a'])), [1, 2])
})
