import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import t from 'tap'
import * as async from '../../lib/async.ts'
import { duplex, lineSource, merge, multiline, sourceOf } from '../../lib/index.ts'
import * as iter from '../../lib/iter.ts'
import { collect, faces } from '../instruments/faces.ts'
import { handClock, settled } from '../instruments/hand-clock.ts'
import { failing } from '../instruments/sources.ts'
import { scriptArgs } from '../instruments/scripts.ts'

const trace = ['1 failed', '  at x', '', '2 ok', '3 failed', '  at y']

/** The output items, and the error if there was one. */
async function outcome(output: unknown): Promise<{ items: unknown[]; error: unknown }> {
  const items: unknown[] = []
  let error: unknown
  const source = output as Iterable<unknown>
  const take = async (): Promise<void> => {
    for await (const item of source) items.push(item)
  }
  await take().catch((thrown: unknown) => (error = thrown))
  return { items, error }
}

for (const face of faces) {
  const { multiline } = face.api
  const limits = { start: /^\d/, maxLines: 2, maxLength: 8 }

  t.test(`multiline (${face.name}): lines join the record before them`, async (t) => {
    const records = ['1 failed\n  at x\n', '2 ok', '3 failed\n  at y']
    for (const start of [
      /^\d/,
      /\d/g,
      /\d/y,
      (line: string) => line.startsWith('1') || /[23]/.test(line),
      (_: string, index: number) => [0, 3, 4].includes(index),
    ])
      t.strictSame(await collect(multiline({ start })(face.source(trace))), records)
    t.strictSame(await collect(multiline({ start: () => false })(trace)), [trace.join('\n')])
    t.strictSame(await collect(multiline({ start: /^x/ })(['no start', 'x', 'y'])), ['no start', 'x\ny'])
    t.strictSame(await collect(multiline({ start: /^x/ })([])), [])
  })

  t.test(`multiline (${face.name}): a record longer than a limit is a LimitError`, async (t) => {
    t.strictSame(await collect(multiline(limits)(['1234', 'abc', '12345678'])), ['1234\nabc', '12345678'])
    for (const [lines, before, limit, what] of [
      [['1', '2', 'a', 'b'], ['1'], 2, 'item 3: the record is longer than 2 lines (maxLines)'],
      [['1', '2345', 'abcd'], ['1'], 8, 'item 2: the record is longer than 8 characters (maxLength)'],
      [['1', '234567890'], ['1'], 8, 'item 1: the record is longer than 8 characters (maxLength)'],
      [['123456789'], [], 8, 'item 0: the record is longer than 8 characters (maxLength)'],
    ] as const) {
      const { items, error } = await outcome(multiline(limits)(lines))
      t.strictSame(items, before, 'the records before it come first')
      t.match(error, {
        code: 'ERR_FANPIPE_LIMIT',
        limit,
        index: Number(what.slice(5, 6)),
        message: `the source, ${what}`,
      })
    }
    const many = Array.from({ length: 10_001 }, () => 'x')
    t.equal((await collect(multiline({ start: /^1/ })(many.slice(1)))).length, 1)
    await t.rejects(collect(multiline({ start: /^1/ })(many)), {
      code: 'ERR_FANPIPE_LIMIT',
      limit: 10_000,
      index: 10_000,
    })
    const long = 'x'.repeat(2 ** 20)
    t.strictSame(await collect(multiline({ start: /^1/ })([long])), [long])
    await t.rejects(collect(multiline({ start: /^1/ })([long, ''])), {
      code: 'ERR_FANPIPE_LIMIT',
      limit: 2 ** 20,
      index: 1,
    })
  })

  t.test(`multiline (${face.name}): the lines before an error are emitted first, as a record`, async (t) => {
    const error = new Error('broken')
    const broken = multiline({ start: /^\d/ })(failing(['1', 'a', '2', 'b'], error))
    const merged = face.api.merge([['0'], broken], { key: (record: string) => Number(record[0]) })
    t.strictSame(await outcome(merged), { items: ['0', '1\na', '2\nb'], error })
    t.strictSame(sourceOf(error), [{ index: 1, label: undefined }])
    const thrown = multiline({
      start: (line) => {
        if (line === 'c') throw error
        return false
      },
    })
    t.strictSame(await outcome(thrown(['a', 'b', 'c', 'd'])), { items: ['a\nb'], error })
    t.strictSame(await outcome(thrown(['c', 'd'])), { items: [], error })
    const wrong = await outcome(multiline({ start: /^x/ })(['a', 8 as never]))
    t.strictSame(wrong.items, ['a'])
    t.match(wrong.error, {
      code: 'ERR_FANPIPE_FORMAT',
      index: 1,
      message: 'the source, item 1: 8 is not a string',
    })
  })

  t.test(`multiline (${face.name}): bad arguments`, async (t) => {
    for (const [argument, options] of [
      ['start', {}],
      ['start', undefined],
      ['start', { start: '^x' }],
      ['maxLines', { start: /x/, maxLines: 0 }],
      ['maxLength', { start: /x/, maxLength: 1.5 }],
      ['idle', { start: /x/, idle: -1 }],
      ['clock', { start: /x/, idle: 1, clock: {} }],
      ['maxlines', { start: /x/, maxlines: 1 }],
    ] as const)
      t.throws(() => multiline(options as never), { code: 'ERR_FANPIPE_ARGUMENT', argument })
  })
}

t.test('multiline: a promise returned by start is awaited, and no idle time passes meanwhile', async (t) => {
  const { clock, timers, advance } = handClock()
  const answers: ((isStart: boolean) => void)[] = []
  const start = (): Promise<boolean> => new Promise((resolve) => answers.push(resolve))
  const iterator = async.multiline({ start, idle: 10, clock })(['a', 'b', 'c'])[Symbol.asyncIterator]()
  const first = iterator.next()
  for (const isStart of [true, false, true]) {
    await settled()
    t.equal(timers.size, 0)
    await advance(100)
    answers.shift()?.(isStart)
  }
  t.strictSame(await first, { done: false, value: 'a\nb' })
  t.strictSame(await iterator.next(), { done: false, value: 'c' })
  t.strictSame(await iterator.next(), { done: true, value: undefined })
})

t.test('multiline: fanpipe/iter can neither await a promise of start nor wait for idle', async (t) => {
  t.throws(() => [...iter.multiline({ start: async () => true })(['a'])], {
    code: 'ERR_FANPIPE_ARGUMENT',
    argument: 'start',
  })
  const refused = { code: 'ERR_FANPIPE_ARGUMENT', argument: 'idle', message: /it cannot wait/ }
  t.throws(() => iter.multiline({ start: /x/, idle: 5 } as never), refused)
  const composed = iter.compose(async.multiline({ start: /x/, idle: 5 }))
  t.throws(() => [...composed(['a'])], refused)
})

t.test('multiline, idle: a record is complete when no line has arrived for that long', async (t) => {
  const { clock, timers, advance } = handClock()
  const lines = new PassThrough({ objectMode: true })
  const seen: string[] = []
  const output = multiline({ start: /^\d/, idle: 100, clock })(lines)
  output.on('data', (record: string) => seen.push(record))
  const written = async (...items: string[]): Promise<string[]> => {
    for (const item of items) lines.write(item)
    await settled()
    return seen.splice(0)
  }
  t.strictSame(await written(), [])
  t.equal(timers.size, 0, 'there is no record to wait for')
  t.strictSame(await written('1', 'a'), [])
  await advance(99)
  t.strictSame(await written('b'), [], 'each line restarts the timer')
  await advance(99)
  t.strictSame(await written(), [])
  await advance(1)
  t.strictSame(await written(), ['1\na\nb'])
  t.equal(timers.size, 0)
  t.strictSame(await written('c', '2'), ['c'], 'the remaining lines are a separate record')
  lines.end()
  t.strictSame(await written(), ['2'])
  t.equal(timers.size, 0)
})

t.test(
  'multiline, idle: no time passes while nothing is requested, and closing clears the timer',
  async (t) => {
    const { clock, timers, advance } = handClock()
    const lines = new PassThrough({ objectMode: true })
    const output = async.multiline({ start: /^\d/, idle: 100, clock })(lines)
    const iterator = output[Symbol.asyncIterator]() as AsyncGenerator<string>
    for (const line of ['1', '2']) lines.write(line)
    t.strictSame(await iterator.next(), { done: false, value: '1' })
    await advance(1000)
    lines.write('a')
    const second = iterator.next()
    await settled()
    await advance(60)
    lines.write('b')
    await settled()
    await advance(60)
    lines.write('3')
    t.strictSame(await second, { done: false, value: '2\na\nb' })
    const third = iterator.next()
    await settled()
    t.equal(timers.size, 1)
    const closing = iterator.return(undefined)
    await settled()
    t.equal(timers.size, 0)
    await Promise.all([third, closing])
    t.ok(lines.destroyed)
  },
)

t.test('multiline, idle: whatever the timing, every line is emitted once and in order', async (t) => {
  const event = fc.oneof(fc.constantFrom('1', 'a'), fc.constantFrom(60, 100))
  const property = fc.asyncProperty(fc.array(event, { maxLength: 20 }), async (script) => {
    const { clock, timers, advance } = handClock()
    const lines = new PassThrough({ objectMode: true })
    const seen: string[] = []
    const output = multiline({ start: /^\d/, idle: 100, clock })(lines)
    output.on('data', (record: string) => seen.push(record))
    const wanted: string[][] = []
    let waited = 0
    for (const event of script) {
      if (typeof event === 'number') {
        waited += event
        await advance(event)
        continue
      }
      const last = wanted.at(-1)
      if (event === '1' || last === undefined || waited >= 100) wanted.push([event])
      else last.push(event)
      waited = 0
      lines.write(event)
      await settled()
    }
    lines.end()
    await settled()
    assert.deepEqual(
      seen,
      wanted.map((record) => record.join('\n')),
    )
    assert.equal(timers.size, 0)
  })
  await t.resolves(fc.assert(property, { numRuns: 50 }))
})

t.test('multiline: through a Duplex, and between lineSource and merge', async (t) => {
  const lines = new PassThrough({ objectMode: true })
  const records = lines.pipe(duplex(multiline({ start: /^\d/ })))
  for (const line of trace) lines.write(line)
  lines.end()
  t.strictSame(await collect(records), ['1 failed\n  at x\n', '2 ok', '3 failed\n  at y'])
  const log = (text: string) => multiline({ start: /^\d/ })(lineSource([text]))
  const merged = merge([log('1 a\n x\n3 b\n'), log('2 c\r\n y')], { key: (text) => Number(text[0]) })
  t.strictSame(await collect(merged), ['1 a\n x', '2 c\n y', '3 b'])
})

t.test('multiline, idle: with the system clock, whose timer does not keep the process alive', async (t) => {
  const alive = setInterval(() => undefined, 1000)
  t.teardown(() => clearInterval(alive))
  const lines = new PassThrough({ objectMode: true })
  lines.write('1')
  for await (const record of multiline({ start: /^\d/, idle: 5 })(lines)) {
    t.equal(record, '1')
    break
  }
  const program = `
    import { multiline } from './lib/index.ts'
    async function* lines() { yield '1'; await new Promise(() => undefined) }
    process.on('exit', () => console.log('exits'))
    multiline({ start: /x/, idle: 1e9 })(lines()).on('data', () => undefined)`
  const { stdout } = spawnSync(process.execPath, scriptArgs(program), { encoding: 'utf8', timeout: 60_000 })
  t.equal(stdout, 'exits\n')
})
