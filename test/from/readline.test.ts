import { once, type EventEmitter } from 'node:events'
import { createReadStream, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import * as promises from 'node:readline/promises'
import { PassThrough, Readable } from 'node:stream'
import t from 'tap'
import * as async from '../../lib/async.ts'
import { chain, roundRobin } from '../../lib/index.ts'
import { collect } from '../instruments/faces.ts'
import { drained } from '../instruments/drain.ts'

const boom = new Error('boom')
const lines = (name: string): Readable => Readable.from([`${name}1\n${name}2\n`, `${name}3\n`])
const given = (source: unknown): Iterable<string> => source as Iterable<string>

for (const [face, api] of Object.entries({
  async,
  streams: { chain, roundRobin } as unknown as typeof async,
})) {
  for (const [kind, make] of Object.entries({
    'node:readline': createInterface,
    'readline/promises': promises.createInterface,
  })) {
    t.test(`${kind} (${face}): no line is lost while an interface waits for its turn`, async (t) => {
      const read = (name: string): Iterable<string> => given(make({ input: lines(name) }))
      const output = api.chain([read('a'), () => read('b'), read('c')])
      await new Promise((resolve) => setTimeout(resolve, 20))
      t.strictSame(await collect(output), ['a1', 'a2', 'a3', 'b1', 'b2', 'b3', 'c1', 'c2', 'c3'])
      t.strictSame(await collect(api.roundRobin([read('a'), read('b')])), [
        'a1',
        'b1',
        'a2',
        'b2',
        'a3',
        'b3',
      ])
    })
  }

  t.test(
    `readline (${face}): FileHandle.readLines() works, and its file is closed on an early exit`,
    async (t) => {
      const path = join(t.testdir(), 'lines.txt')
      writeFileSync(path, 'one\ntwo\nthree\n')
      const [first, second] = [await open(path), await open(path)]
      const output = api.chain([given(first.readLines()), given(second.readLines())])
      t.strictSame(await collect(output), ['one', 'two', 'three', 'one', 'two', 'three'])
      const third = await open(path)
      const closed = once(third as unknown as EventEmitter, 'close')
      t.strictSame(await collect(api.chain([given(third.readLines())]), 1), ['one'])
      await closed
    },
  )

  t.test(`readline (${face}): an error from its input comes after its lines`, async (t) => {
    const failing = Readable.from(
      (function* () {
        yield 'a\nb\n'
        throw boom
      })(),
    )
    const { items, error } = await drained(api.chain([given(createInterface({ input: failing })), ['never']]))
    t.strictSame(items, ['a', 'b'])
    t.equal(error, boom)
  })

  t.test(`readline (${face}): an interface that fails is closed, wherever it was found`, async (t) => {
    for (const found of [(lines: Iterable<string>) => lines, (lines: Iterable<string>) => () => lines]) {
      const failing = createInterface({ input: new PassThrough() })
      const reading = drained(api.chain([found(given(failing))]))
      setImmediate(() => failing.emit('error', boom))
      t.equal((await reading).error, boom)
      t.ok((failing as unknown as { closed: boolean }).closed)
    }
  })

  t.test(
    `readline (${face}): after an early exit an interface is closed, whether reached or not, together with an input that only it reads`,
    async (t) => {
      const input = new PassThrough()
      input.write('a\nb\n')
      const file = createReadStream(import.meta.filename)
      const [read, waiting] = [createInterface({ input }), createInterface({ input: file })]
      t.strictSame(await collect(api.chain([given(read), given(waiting)]), 1), ['a'])
      for (const one of [read, waiting]) t.ok((one as unknown as { closed: boolean }).closed)
      t.ok(file.destroyed)
      t.notOk(input.destroyed, 'an input that is also writable is left to its owner')
    },
  )
}

t.test(
  'readline: an interface closed before it was passed in is empty, and passing one twice is refused',
  async (t) => {
    const over = createInterface({ input: lines('a') })
    await new Promise((resolve) => over.once('close', resolve))
    t.strictSame(await collect(async.chain([given(over), ['next']])), ['next'])
    const twice = given(createInterface({ input: lines('a') }))
    t.throws(() => async.chain([twice, twice]), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'inputs[1]' })
    const chained = async.chain([twice])
    t.strictSame(await collect(chained), ['a1', 'a2', 'a3'])
    await t.rejects(collect(chained), { code: 'ERR_FANPIPE_ARGUMENT' })
  },
)
