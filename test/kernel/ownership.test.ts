import { createInterface } from 'node:readline'
import { PassThrough, Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { ReadableStream } from 'node:stream/web'
import { Minipass } from 'minipass'
import t from 'tap'
import * as async from '../../lib/async.ts'
import {
  chain,
  fork,
  fromSource,
  merge,
  multicast,
  pipe,
  roundRobin,
  sourceOf,
  tee,
} from '../../lib/index.ts'
import * as iter from '../../lib/iter.ts'
import { collect } from '../instruments/faces.ts'
import { all, drained } from '../instruments/drain.ts'
import { recording } from '../instruments/sources.ts'

const listeners = (stream: Readable): number =>
  stream.eventNames().reduce((sum, name) => sum + stream.listenerCount(name), 0)
const refused = { code: 'ERR_FANPIPE_ARGUMENT' }

t.test('passing the same stream twice is refused at the call, also for our own outputs', async (t) => {
  const given = [() => Readable.from([1]), () => chain([[1]]), () => multicast([1], 1)[0]]
  for (const make of given) {
    const stream = make()
    t.throws(() => merge([stream, stream]), { ...refused, argument: 'inputs[1]' })
    t.strictSame(await chain([stream]).toArray(), [1], 'and the stream is still usable')
  }
})

t.test('a call that fails gives the streams it took over back to their owner', async (t) => {
  const calls: [string, (stream: Readable) => unknown][] = [
    ['n', (stream) => multicast(stream, -1)],
    ['n', (stream) => tee(stream, 1.5)],
    ['overflow', (stream) => multicast(stream, 2, { overflow: 'explode' as never })],
    ['objectMode', (stream) => multicast(stream, 2, { objectMode: false })],
    ['objectMode', (stream) => tee(stream, 2, { objectMode: false })],
    ['inputs[1]', (stream) => chain([stream, 'text' as never])],
    ['objectMode', (stream) => chain([stream], { objectMode: false })],
  ]
  for (const [argument, call] of calls) {
    for (const stream of [Readable.from([1]), chain([[1]])]) {
      const before = listeners(stream)
      t.throws(() => call(stream), { ...refused, argument })
      t.equal(listeners(stream), before, 'no listener is left')
      t.strictSame(await chain([stream]).toArray(), [1])
    }
  }
  const duplex = new PassThrough({ objectMode: true })
  const before = listeners(duplex)
  t.throws(() => fork([duplex, 5 as never]), refused)
  t.throws(() => fork([duplex, duplex]), refused)
  t.equal(listeners(duplex), before)
  t.strictSame(await all(fork([duplex])(Readable.from([1]))), [[1]])
  const bytes = new PassThrough()
  t.throws(() => merge([bytes]), { ...refused, message: /split the bytes/ })
  bytes.end('text')
  t.strictSame(await chain([bytes]).toArray(), [Buffer.from('text')])
  const web = new ReadableStream({ start: (controller) => (controller.enqueue(1), controller.close()) })
  t.throws(() => chain([web, 5 as never]), refused)
  t.notOk(web.locked)
  t.strictSame(await chain([web]).toArray(), [1])
})

t.test('a web stream can be opened once', async (t) => {
  const chained = async.chain([new ReadableStream({ start: (controller) => controller.enqueue(1) })])
  for await (const item of chained) {
    t.equal(item, 1)
    break
  }
  await t.rejects(all(chained), refused)
})

t.test('a stream that was flowing and has finished counts as ended, failed or closed', async (t) => {
  const ended = Readable.from([1])
  ended.resume()
  await finished(ended)
  t.strictSame(await chain([ended, [9]]).toArray(), [9])
  const boom = new Error('boom')
  const failed = new PassThrough()
  failed.on('error', () => undefined).resume()
  failed.destroy(boom)
  await new Promise((resolve) => failed.once('close', resolve))
  await t.rejects(chain([failed]).toArray(), boom)
  const left = new PassThrough()
  left.resume().destroy()
  await t.rejects(chain([left]).toArray(), { code: 'ERR_STREAM_PREMATURE_CLOSE' })
})

t.test('a stream that is being read elsewhere is refused', async (t) => {
  const piped = new PassThrough({ objectMode: true })
  piped.pipe(new PassThrough({ objectMode: true, highWaterMark: 1 }))
  piped.write(1)
  piped.write(2)
  piped.pause()
  t.throws(() => chain([piped]), { ...refused, message: /one that is flowing/ })
  const watched = new PassThrough()
  watched.on('readable', () => undefined)
  t.throws(() => chain([watched]), { ...refused, message: /one with a 'readable' listener/ })
})

t.test(
  'C1: if an input fails to open, the lazy iterable of inputs and the inputs opened before are closed',
  async (t) => {
    const boom = new Error('boom')
    const unopened = (): never => {
      throw boom
    }
    for (const junction of [chain, roundRobin, merge]) {
      for (const before of [0, 1]) {
        const { async: first, record } = recording([1])
        const inputs = recording([...[first].slice(0, before), unopened])
        const { error } = await drained(junction(inputs.sync as never))
        t.equal(error, boom)
        t.strictSame([inputs.record.opened, inputs.record.closed], [1, 1], junction.name)
        t.equal(record.closed, record.opened)
      }
    }
  },
)

t.test(
  'C1: a branch that was passed as an input and never reached is closed, and so is its source',
  async (t) => {
    for (const { tee, chain } of [iter, async as unknown as typeof iter]) {
      const { sync, record } = recording([1, 2, 3])
      const branches = tee(sync, 2)
      const chained = chain([...branches])
      t.strictSame(await collect(chained, 1), [1])
      t.strictSame(record, { opened: 1, closed: 1, pulled: 1 })
      await t.rejects(async () => collect(chained), refused, 'it cannot be opened again')
    }
  },
)

t.test('a Duplex that fails before its fork is opened fails the fork', async (t) => {
  const boom = new Error('boom')
  const duplex = new PassThrough({ objectMode: true })
  const stage = fork([duplex])
  duplex.destroy(boom)
  await new Promise(setImmediate)
  await t.rejects(all(stage(Readable.from([1]))), boom)
})

t.test('an explicit objectMode is respected in nested junctions', async (t) => {
  const bytes = (): Readable => Readable.from([Buffer.from('a')], { objectMode: false })
  const inner = () => chain([bytes], { objectMode: false })
  t.equal(chain([inner()]).readableObjectMode, false)
  t.equal(chain([chain([bytes()], { objectMode: false })]).readableObjectMode, false)
  t.ok(multicast(inner(), 2).every(({ readableObjectMode }) => !readableObjectMode))
  t.equal(Buffer.concat((await chain([inner(), bytes()]).toArray()) as Buffer[]).toString(), 'aa')
  t.throws(() => chain([inner(), [3]]), refused)
  const wrong = chain([() => ['text']], { objectMode: false })
  await t.rejects(chain([wrong]).toArray(), refused)
  const items = chain([chain([bytes()], { objectMode: true })])
  t.equal(items.readableObjectMode, true)
  t.strictSame(await items.toArray(), [Buffer.from('a')])
})

t.test(
  'X1: a stream belongs to the run that opened it: a second run fails, and does not close the stream',
  async (t) => {
    const streams: Record<string, () => async.Source<number>> = {
      Readable: () => Readable.from([1, 2, 3]),
      'our own stream': () => chain([[1, 2, 3]]),
      'our own stream with a listener': () => chain([[1, 2, 3]]).on('error', () => undefined),
      'a branch': () => multicast([1, 2, 3], 1)[0],
      'a web stream': () => ReadableStream.from([1, 2, 3]),
      'a foreign stream': () => new Minipass<number>({ objectMode: true }).end(1),
      'a readline interface': () => createInterface({ input: Readable.from(['1\n2\n3\n']) }) as never,
      'an iterator': () => [1, 2, 3].values(),
    }
    const outputs: Record<string, (source: async.Source<number>) => AsyncIterable<number>> = {
      'a stage': async.map((n) => n),
      chain: (source) => async.chain([source]),
      'the last input of a chain': (source) => async.chain([[0], source]),
      merge: (source) => async.merge([source]),
    }
    for (const [kind, stream] of Object.entries(streams))
      for (const [name, output] of Object.entries(outputs)) {
        const wanted = await collect(output(stream()))
        const twice = output(stream())
        const first = twice[Symbol.asyncIterator]()
        const items = [(await first.next()).value]
        const second = twice[Symbol.asyncIterator]()
        if (items[0] === 0) {
          t.equal((await second.next()).value, 0)
          await second.return?.()
        } else await t.rejects(second.next(), refused, `${name} of ${kind}`)
        for await (const item of { [Symbol.asyncIterator]: () => first }) items.push(item)
        t.strictSame(items, wanted, `${name} of ${kind}`)
        await t.rejects(collect(twice), refused, 'nor can it be opened again once the first run has ended')
      }
  },
)

t.test(
  'C1: streams owned by the stages of a fork are closed, even if the fork was never opened',
  async (t) => {
    const [source, duplex] = [Readable.from([7]), new PassThrough({ objectMode: true })]
    fork([fromSource(source), duplex])(Readable.from([1])).destroy()
    await finished(source).catch(() => undefined)
    t.ok(source.destroyed)
    t.ok(duplex.destroyed)
  },
)

t.test('a pipe without stages does not alter its source', async (t) => {
  const source = async.chain([[1, 2]])
  t.strictSame(await merge([pipe(source)]).toArray(), [1, 2])
  t.strictSame(await all(source), [1, 2], 'it can be opened again')
  const destroyed = chain([[1, 2, 3]])
  const output = merge([pipe(destroyed)], { highWaterMark: 1 })
  destroyed.destroy(new Error('bye'))
  await t.rejects(output.toArray(), { message: 'bye' })
})

t.test('the error for an iterator passed twice calls it an iterator', async (t) => {
  const [branch] = iter.tee([1])
  t.throws(() => [...iter.chain([branch, branch])], { message: /an iterator that was already opened/ })
})

t.test('the error for a stream that was closed before it was opened calls it closed', async (t) => {
  const output = async.chain([Readable.from([1])])
  const [first, second] = [output, output].map((run) => run[Symbol.asyncIterator]())
  await second?.return?.()
  await t.rejects(first?.next() as Promise<unknown>, { message: /a stream that was already closed/ })
})

t.test('an inner junction destroyed before it is flattened fails as an input', async (t) => {
  const inner = chain([[1]])
  const output = chain([[0], inner])
  inner.destroy(new Error('bye'))
  const { error } = await drained(output)
  t.match(sourceOf(error), [{ index: 1 }])
})

t.test(
  'a stream that emits no close event and is destroyed after it was passed in fails the output',
  async (t) => {
    const silent = new Readable({ objectMode: true, emitClose: false, read: () => undefined })
    const output = chain([silent])
    silent.destroy()
    await new Promise(setImmediate)
    t.match((await drained(output)).error, { code: 'ERR_STREAM_PREMATURE_CLOSE' })
  },
)
