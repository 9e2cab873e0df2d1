import { Readable } from 'node:stream'
import t from 'tap'
import * as async from '../../lib/async.ts'
import * as streams from '../../lib/index.ts'
import { collect } from '../instruments/faces.ts'

const web = (text: string): ReadableStream<Uint8Array> => new Blob([text]).stream()
const node = (text: string): Readable => Readable.from([Buffer.from(text)], { objectMode: false })
/** Yields bytes, but is not created as a byte stream. */
const piped = (text: string): ReadableStream<Uint8Array> => web(text).pipeThrough(new TransformStream())
const text = async (output: unknown): Promise<string> =>
  Buffer.concat(await collect(output as AsyncIterable<Uint8Array>)).toString()

for (const [face, api] of Object.entries({ async, streams: streams as unknown as typeof async })) {
  t.test(`a web byte stream (${face}) can be mixed with bytes, but not with items`, async (t) => {
    const { chain } = api
    t.equal(await text(chain([node('a'), web('b'), piped('c')])), 'abc')
    t.equal(await text(chain([() => node('a'), () => web('b'), async () => piped('c')])), 'abc')
    t.throws(() => chain([web('a'), Readable.from([1])] as never), {
      code: 'ERR_FANPIPE_ARGUMENT',
      argument: 'inputs[1]',
    })
    await t.rejects(collect(chain([() => [1], () => web('a') as never])), { code: 'ERR_FANPIPE_ARGUMENT' })
  })

  t.test(`a web byte stream (${face}) must be split first for junctions that order items`, async (t) => {
    for (const join of [api.merge, api.roundRobin, api.zip] as (typeof api.merge)[]) {
      const refused = web('a')
      t.throws(() => join([refused]), { code: 'ERR_FANPIPE_ARGUMENT', message: /split the bytes/ })
      t.notOk(refused.locked)
      await t.rejects(collect(join([() => web('a')])), { message: /split the bytes/ })
      t.strictSame((await collect(join([streams.lineSource(web('a\nb'))]))).flat(), ['a', 'b'])
    }
  })
}

t.test('the output of web byte streams is in byte mode', async (t) => {
  const { chain, multicast } = streams
  t.notOk(chain([web('a'), web('b')]).readableObjectMode)
  t.ok(chain([piped('a')]).readableObjectMode)
  t.equal(await text(chain([() => web('a'), () => piped('b')], { objectMode: false })), 'ab')
  const [a, b] = multicast(web('abc'), 2)
  t.notOk(a.readableObjectMode)
  t.strictSame(await Promise.all([text(a), text(b)]), ['abc', 'abc'])
  t.throws(() => chain([web('a'), [1]]), { code: 'ERR_FANPIPE_ARGUMENT' })
})
