import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import t from 'tap'
import * as async from '../../lib/async.ts'
import { toLines, toNdjson } from '../../lib/index.ts'
import { drained } from '../instruments/drain.ts'
import { collect, faces } from '../instruments/faces.ts'
import { failing } from '../instruments/sources.ts'

const BLOCK = 65_536

for (const face of faces) {
  const { toLines, toNdjson } = face.api

  t.test(
    `toLines (${face.name}): every line gets a line end, and each block ends after a complete line`,
    async (t) => {
      t.strictSame(await collect(toLines()(['a', '', 'b c'])), ['a\n\nb c\n'])
      t.strictSame(await collect(toLines({ end: '\r\n' })(['a', 'b'])), ['a\r\nb\r\n'])
      t.strictSame(await collect(toLines()([])), [])
      t.strictSame(await collect(toLines()([''])), ['\n'])
      const property = fc.asyncProperty(fc.array(fc.nat(30_000), { maxLength: 20 }), async (lengths) => {
        const lines = lengths.map((length, i) => String(i % 10).repeat(length))
        const blocks = await collect<string>(toLines()(lines))
        if (blocks.join('') !== lines.map((line) => `${line}\n`).join('')) throw new Error('another text')
        for (const [i, block] of blocks.entries()) {
          const isComplete = block.length >= BLOCK && block.lastIndexOf('\n', block.length - 2) + 1 < BLOCK
          if (!isComplete && i < blocks.length - 1) throw new Error(`block ${i} has ${block.length}`)
        }
      })
      await fc.assert(property)
    },
  )

  t.test(
    `toLines (${face.name}): an item that is not a string is a FormatError after the earlier lines`,
    async (t) => {
      const { items, error } = await drained(toLines()(['a', 'b', 7 as never, 'c']) as never)
      t.strictSame(items, ['a\nb\n'])
      t.match(error, {
        code: 'ERR_FANPIPE_FORMAT',
        index: 2,
        message: /item 2: 7 is not a string: use toNdjson, or map it to one/,
      })
      for (const item of [undefined, Symbol('s'), { a: 1 }, ['x'], Buffer.from('x')])
        t.match(await drained(toLines()([item as never]) as never), {
          items: [],
          error: { code: 'ERR_FANPIPE_FORMAT', index: 0 },
        })
    },
  )

  t.test(`toLines (${face.name}): an error from the input comes after the earlier lines`, async (t) => {
    const broken = new Error('broken')
    const output = toLines()(face.api.chain([['x'], failing(['a', 'b'], broken)]))
    const { items, error } = await drained(output as never)
    t.strictSame(items, ['x\na\nb\n'])
    t.equal(error, broken)
    t.strictSame(
      face.api.sourceOf(broken)?.map(({ index }) => index),
      [1],
    )
  })

  t.test(`toNdjson (${face.name}): every item is a line of JSON`, async (t) => {
    const items = [{ id: 1, at: new Date(0), no: undefined }, [2], 'a\nb', true, 1.5]
    const text = '{"id":1,"at":"1970-01-01T00:00:00.000Z"}\n[2]\n"a\\nb"\ntrue\n1.5\n'
    t.strictSame(await collect(toNdjson()(items)), [text])
    if (face.name !== 'streams') t.strictSame(await collect(toNdjson()([null])), ['null\n'])
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue().filter((value) => value !== null)), async (values) => {
        const written = (await collect<string>(toNdjson()(values))).join('')
        const read = written === '' ? [] : written.slice(0, -1).split('\n')
        if (JSON.stringify(values) !== `[${read.join(',')}]`) throw new Error(written)
      }),
    )
  })

  t.test(
    `toNdjson (${face.name}): an item that cannot be written as JSON is a FormatError after the earlier items`,
    async (t) => {
      const circle: { self?: unknown } = {}
      circle.self = circle
      for (const [item, message] of [
        [undefined, /item 1: undefined cannot be written as JSON/],
        [() => 1, /item 1: a function cannot be written as JSON/],
        [1n, /item 1: cannot be written as JSON: .*BigInt/],
        [circle, /item 1: cannot be written as JSON: .*circular/],
      ] as const) {
        const { items, error } = await drained(toNdjson()([1, item, 2]) as never)
        t.strictSame(items, ['1\n'])
        t.match(error, { code: 'ERR_FANPIPE_FORMAT', index: 1, message })
      }
    },
  )

  t.test(`toLines (${face.name}): an invalid option is an ArgumentError`, async (t) => {
    t.throws(() => toLines({ end: 7 as never }), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'end' })
    t.throws(() => toLines({ eol: '\n' } as never), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'eol' })
  })
}

t.test(
  'a block is emitted after a turn of the event loop in which the source had no item ready',
  async (t) => {
    const release: (() => void)[] = []
    async function* lines() {
      yield 'a'
      yield Promise.resolve('b')
      await new Promise<void>((resolve) => release.push(resolve))
      yield 'c'
      await setImmediate()
      await setImmediate()
      await setImmediate()
      yield 'd'
    }
    for (const stage of [async.toLines(), toLines()]) {
      const iterator = stage(lines())[Symbol.asyncIterator]()
      t.strictSame(await iterator.next(), { done: false, value: 'a\nb\n' })
      release.shift()?.()
      t.strictSame(await iterator.next(), { done: false, value: 'c\n' })
      t.strictSame(await iterator.next(), { done: false, value: 'd\n' })
      t.equal((await iterator.next()).done, true)
    }
  },
)

t.test('a source that yields within the same turn fills the block', async (t) => {
  async function* lines() {
    for (let i = 0; i < 1000; i++) {
      await Promise.resolve()
      yield 'x'.repeat(99)
    }
  }
  const blocks = await collect<string>(toLines()(lines()))
  t.ok(blocks.length <= 3, `${blocks.length} blocks`)
  t.equal(blocks.join('').length, 100_000)
})

t.test('timers run between the records of a synchronous source', async (t) => {
  let turns = 0
  const timer = setInterval(() => turns++)
  for await (const block of toNdjson()(new Array<string>(300_000).fill(''))) t.equal(typeof block, 'string')
  clearInterval(timer)
  t.ok(turns > 0)
})

t.test('in a fork, a block is emitted even if the stage cannot take more before the others', async (t) => {
  const slowly = async (line: string): Promise<string> => {
    for (let i = 0; i < 3; i++) await setImmediate()
    return line
  }
  const both = async.fork([async.toLines(), async.map(slowly)])
  t.strictSame(await collect(both(['a', 'b'])), [
    ['a\n', 'a'],
    ['b\n', 'b'],
  ])
  const ahead = async.compose(async.map(slowly, { concurrency: 2 }), async.toLines())
  const late = async.fork([ahead, async.map((line: string) => line)])
  t.strictSame(await collect(late(['a', 'b'])), [
    ['a\n', 'a'],
    ['b\n', 'b'],
  ])
})
