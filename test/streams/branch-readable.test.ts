import { PassThrough, Readable, Writable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import t from 'tap'
import * as async from '../../lib/async.ts'
import { Cleanup } from '../../lib/kernel/cleanup.ts'
import { DONE } from '../../lib/kernel/cursor.ts'
import { Place } from '../../lib/kernel/place.ts'
import { openRecipe } from '../../lib/kernel/ownership.ts'
import { Scope } from '../../lib/kernel/scope.ts'
import { toRecipe } from '../../lib/from/recognise.ts'
import type { Branch } from '../../lib/fan-out/branch.ts'
import { teeHub } from '../../lib/fan-out/multicast.ts'
import { multicast, tee } from '../../lib/index.ts'
import * as iter from '../../lib/iter.ts'
import { counting } from '../instruments/sources.ts'
import { collectGarbage } from '../instruments/memory.ts'

const settled = async (): Promise<void> => {
  for (let turns = 0; turns < 20; turns++) await turn()
}

const upTo = (length: number): number[] => Array.from({ length }, (_, i) => i)

/** A byte stream that delivers these chunks unchanged. */
function chunked(chunks: readonly (Buffer | string)[], encoding?: BufferEncoding): Readable {
  const source = new Readable({ read: () => undefined, ...(encoding === undefined ? {} : { encoding }) })
  for (const chunk of chunks) source.push(chunk)
  source.push(null)
  return source
}

const flowing = (branch: Readable): { bytes: number } => {
  const seen = { bytes: 0 }
  branch.on('data', (chunk: string | Buffer) => (seen.bytes += Buffer.byteLength(chunk)))
  return seen
}

const ENCODINGS: readonly BufferEncoding[] = [
  'utf8',
  'utf16le',
  'latin1',
  'ascii',
  'hex',
  'base64',
  'base64url',
]

t.test(
  "T1: maxlen counts the bytes of the source, whatever a branch's setEncoding makes of them",
  async (t) => {
    const text = Buffer.from('汉字是记录汉语的文字😀'.repeat(40))
    for (const size of [1, 2, 7, 1000]) {
      const chunks = upTo(Math.ceil(text.length / size)).map((i) => text.subarray(i * size, (i + 1) * size))
      for (const encoding of ENCODINGS) {
        for (const highWaterMark of [1, 64, 65_536]) {
          const [ahead, behind] = multicast(chunked(chunks), 2, { maxlen: 300, highWaterMark })
          behind.setEncoding(encoding).on('readable', () => undefined)
          const seen = flowing(ahead)
          await settled()
          const wanted = Math.min(text.length, Math.ceil(300 / size) * size)
          // Up to three bytes of an incomplete character are not counted yet.
          const excess = seen.bytes - wanted
          t.ok(
            excess >= 0 && excess <= 3,
            `${encoding}, chunks of ${size}, highWaterMark ${highWaterMark}: ${excess}`,
          )
          ahead.destroy()
          behind.destroy()
        }
      }
    }
  },
)

t.test(
  'T1: the count stays right if an encoding is set later, and when only some characters are read',
  async (t) => {
    const text = Buffer.from('汉字'.repeat(100))
    const branches = multicast(chunked(upTo(60).map((i) => text.subarray(i * 10, i * 10 + 10))), 2, {
      maxlen: 100,
    })
    const [ahead, behind] = branches
    behind.on('readable', () => undefined)
    const seen = flowing(ahead)
    await settled()
    t.equal(seen.bytes, 100)
    behind.setEncoding('utf8')
    t.equal(branches.stats()[1]?.lag, 100)
    await settled()
    t.equal(seen.bytes, 100)
    behind.read(5)
    t.equal(branches.stats()[1]?.lag, 100 - 15)
    await settled()
    t.equal(seen.bytes, 120, 'one chunk may exceed the limit')
    while (behind.read() !== null) await settled()
    t.equal(seen.bytes, 600)
    t.equal(branches.stats()[1]?.lag, 0)
  },
)

t.test(
  'T1: with any encoding and any chunks, a branch counts exactly the bytes that it has not delivered',
  async (t) => {
    const cases = fc.record({
      encoding: fc.constantFrom(...ENCODINGS),
      steps: fc.array(
        fc.record({ chunk: fc.uint8Array({ minLength: 1, maxLength: 7 }), reads: fc.boolean() }),
      ),
    })
    await t.resolves(
      fc.assert(
        fc.asyncProperty(cases, async ({ encoding, steps }) => {
          const source = new Readable({ read: () => undefined })
          const branches = tee(source, 2)
          const [ahead, behind] = branches
          const held = (): number => branches.stats()[1]?.lag ?? 0
          behind.setEncoding(encoding).on('readable', () => undefined)
          ahead.resume()
          let [unread, given] = [0, '']
          for (const { chunk, reads } of steps) {
            source.push(chunk)
            unread += chunk.length
            await settled()
            // Up to three bytes may belong to an incomplete character, which cannot be read yet.
            if (held() < unread - 3 || held() > unread + 3)
              throw new Error(`${unread} bytes are unread, ${held()} are held`)
            if (!reads) continue
            given += (behind.read() as string | null) ?? ''
            unread = 0
            if (held() > 3) throw new Error(`everything was read, but ${held()} bytes are held`)
          }
          source.push(null)
          await settled()
          given += (behind.read() as string | null) ?? ''
          await settled()
          if (held() > 0) throw new Error(`at the end ${held()} bytes are held`)
          const decoder = new StringDecoder(encoding)
          const whole = steps.map(({ chunk }) => decoder.write(Buffer.from(chunk))).join('') + decoder.end()
          if (given !== whole) throw new Error(`${given} instead of ${whole}`)
        }),
        { numRuns: 50 },
      ),
    )
  },
)

t.test(
  'T1: a character that was incomplete when a branch began to flow no longer counts once it is delivered',
  async (t) => {
    const source = new Readable({ read: () => undefined })
    const branches = tee(source, 2)
    const [ahead, behind] = branches
    ahead.resume()
    behind.setEncoding('utf8').read()
    const euro = Buffer.from('€')
    source.push(euro.subarray(0, 2))
    await settled()
    t.equal(branches.stats()[1]?.lag, 0, 'it cannot be read yet')
    const given: string[] = []
    behind.on('data', (text: string) => given.push(text))
    for (const chunk of [euro.subarray(2), Buffer.from('abc')]) {
      source.push(chunk)
      await settled()
      t.equal(branches.stats()[1]?.lag, 0, given.join())
    }
    t.strictSame(given, ['€', 'abc'])
  },
)

t.test('T1: a maxlen shorter than a character does not stop a branch that decodes', async (t) => {
  const text = '€汉😀'
  const bytes = [...Buffer.from(text)].map((byte) => Buffer.from([byte]))
  for (const maxlen of [1, 2, 3])
    for (const highWaterMark of [0, 1]) {
      const branches = multicast(chunked(bytes), 2, { maxlen, highWaterMark })
      for (const branch of branches) branch.setEncoding('utf8')
      const texts = await Promise.all(branches.map(async (branch) => (await branch.toArray()).join('')))
      t.strictSame(texts, [text, text], `maxlen ${maxlen}, highWaterMark ${highWaterMark}`)
    }
})

t.test('T1: in object mode each item counts as one, whatever encoding is set on a branch', async (t) => {
  const items = ['one', '', '汉字'].map((text) => Buffer.from(text))
  const branches = tee(items, 2)
  const [ahead, behind] = branches
  behind.setEncoding('utf8').on('readable', () => undefined)
  ahead.resume()
  await settled()
  for (const [i, item] of items.entries()) {
    t.equal(branches.stats()[1]?.lag, items.length - i)
    t.equal(behind.read(), item.toString())
  }
  t.equal(branches.stats()[1]?.lag, 0)
  behind.unshift('one')
  t.equal(branches.stats()[1]?.lag, 1, 'an item that is put back counts as unread again')
})

t.test('T1: with a source that has an encoding, the byte length of its strings counts', async (t) => {
  const strings = upTo(100).map(() => '汉字')
  for (const encoding of [undefined, 'utf8'] as const) {
    const [ahead, behind] = multicast(chunked(strings, 'utf8'), 2, { maxlen: 60 })
    behind.on('readable', () => undefined)
    if (encoding !== undefined) behind.setEncoding(encoding)
    const seen = flowing(ahead)
    await settled()
    t.equal(seen.bytes, 60)
    ahead.destroy()
    behind.destroy()
  }
})

/** Ways in which the last destination of a pipe can go away. */
const departures: Record<string, (destination: Writable) => void> = {
  'is destroyed': (destination) => destination.destroy(),
  fails: (destination) => destination.destroy(new Error('disk full')),
  'emits an error': (destination) => destination.emit('error', new Error('by hand')),
  'is ended': (destination) => destination.end(),
}
const destinations: Record<string, () => Writable> = {
  'a Writable': () =>
    new Writable({ objectMode: true, write: (_item, _encoding, done) => void setImmediate(done) }),
  'a stuck Writable': () => new Writable({ objectMode: true, write: () => undefined }),
  'a PassThrough': () => new PassThrough({ objectMode: true }).resume(),
  'a Writable that does not destroy itself': () =>
    new Writable({ objectMode: true, autoDestroy: false, write: (_item, _encoding, done) => done() }),
}

for (const [what, make] of Object.entries(destinations)) {
  for (const [how, go] of Object.entries(departures)) {
    if (how === 'is ended' && what === 'a stuck Writable') continue
    t.test(`a branch leaves when the last destination it is piped to, ${what}, ${how}`, async (t) => {
      const branches = multicast(counting().source, 2, { maxlen: 4 })
      const [piped, other] = branches
      const destination = make().on('error', () => undefined)
      piped.pipe(destination)
      const over = new Promise((resolve) => other.once('close', resolve))
      let seen = 0
      other.on('data', () => {
        if (++seen === 500) other.destroy()
      })
      await turn()
      go(destination)
      await over
      t.equal(seen, 500)
      await settled()
      t.ok(piped.destroyed)
    })
  }
}

t.test(
  'a branch stays while it is piped elsewhere or read; and an explicit unpipe() does not make it leave',
  async (t) => {
    const sink = (): Writable =>
      new Writable({ objectMode: true, write: (_item, _encoding, done) => void setImmediate(done) })
    const stays: Record<string, (branch: Readable) => void> = {
      'piped to another destination': (branch) => {
        branch.pipe(sink())
        branch.pipe(sink()).destroy()
      },
      'piped again when the first destination closes': (branch) => {
        const first = branch.pipe(sink())
        first.on('close', () => branch.pipe(sink()))
        first.destroy()
      },
      'piped twice to the same destination': (branch) => {
        const first = sink()
        branch.pipe(first)
        branch.pipe(first)
        branch.unpipe(first)
      },
      'unpiped by its user': (branch) => {
        const first = branch.pipe(sink())
        branch.unpipe(first)
        first.destroy()
      },
      'unpiped from all destinations by its user': (branch) => {
        const first = branch.pipe(sink())
        branch.unpipe()
        first.destroy()
      },
      'unpiped from a stream it was not piped to': (branch) => {
        const never = sink().destroy()
        branch.unpipe(never)
      },
      'with a listener': (branch) => {
        branch.pipe(sink()).destroy()
        branch.on('readable', () => undefined)
      },
      'read at once': (branch) => {
        const first = branch.pipe(sink())
        first.on('close', () => branch.read())
        first.destroy()
      },
      resumed: (branch) => {
        const first = branch.pipe(sink())
        first.on('close', () => branch.resume())
        first.destroy()
      },
    }
    for (const [name, use] of Object.entries(stays)) {
      const branches = multicast(counting().source, 2, { maxlen: 4 })
      use(branches[0])
      await settled()
      t.notOk(branches[0].destroyed, name)
      branches.forEach((branch) => branch.destroy())
    }
  },
)

t.test('a branch whose destination receives everything and finishes has not left early', async (t) => {
  const branches = multicast([1, 2, 3], 2, { cancel: 'all' })
  const [piped, other] = branches
  piped.pipe(new PassThrough({ objectMode: true })).resume()
  t.strictSame(await other.toArray(), [1, 2, 3])
  await settled()
  t.notOk(piped.errored)
})

/** Whether the object can be garbage collected. */
async function isCollected(reference: WeakRef<object>): Promise<boolean> {
  for (let tries = 0; tries < 20 && reference.deref() !== undefined; tries++) {
    await settled()
    collectGarbage()
  }
  return reference.deref() === undefined
}

t.test('a branch that is destroyed, has left or has ended is not retained by the others', async (t) => {
  /** Each uses up the first branch, and keeps only a WeakRef to it. */
  const ways: Record<string, () => Promise<{ gone: WeakRef<object>; kept: unknown }>> = {
    'a destroyed Readable': async () => {
      const [gone, kept] = [...multicast(counting().source, 2)] as [Readable, Readable]
      await new Promise((resolve) => gone.once('readable', resolve))
      gone.destroy()
      return { gone: new WeakRef(gone), kept }
    },
    'a Readable that was never read': async () => {
      const [gone, kept] = [...multicast(counting().source, 2)] as [Readable, Readable]
      gone.destroy()
      return { gone: new WeakRef(gone), kept }
    },
    'a Readable that has ended': async () => {
      const [gone, kept] = [...tee([1, 2, 3], 2)] as [Readable, Readable]
      await gone.toArray()
      return { gone: new WeakRef(gone), kept }
    },
    'a Readable whose destination has gone': async () => {
      const [gone, kept] = [...multicast(counting().source, 2, { maxlen: 4 })] as [Readable, Readable]
      gone.pipe(new PassThrough({ objectMode: true })).destroy()
      return { gone: new WeakRef(gone), kept }
    },
    'an async iterator that was closed': async () => {
      const [gone, kept] = [...async.multicast(counting().source, 2)] as [AsyncIterator<number>, unknown]
      await gone.next()
      await gone.return?.()
      return { gone: new WeakRef(gone), kept }
    },
    'an async iterator that has ended': async () => {
      const [gone, kept] = [...async.tee([1], 2)] as [AsyncIterator<number>, unknown]
      await gone.next()
      await gone.next()
      return { gone: new WeakRef(gone), kept }
    },
    'one branch of a big tee': async () => {
      const branches = [...async.tee([1], 1000)] as AsyncIterator<number>[]
      for (const branch of branches.slice(1)) while ((await branch.next()).done !== true);
      return { gone: new WeakRef(branches[500] as object), kept: branches[0] }
    },
    'an iterator that has ended': async () => {
      const [gone, kept] = [...iter.tee([1], 2)] as [Iterator<number>, unknown]
      while (gone.next().done !== true);
      return { gone: new WeakRef(gone), kept }
    },
  }
  for (const [name, leave] of Object.entries(ways)) {
    const { gone, kept } = await leave()
    t.ok(await isCollected(gone), name)
    t.ok(kept)
  }
})

t.test('a run that continues does not retain a hub whose branch it has read to the end', async (t) => {
  const place = Place.root()
  const wakers = { wake: () => undefined, fail: () => undefined }
  const scope = new Scope('streams', wakers, new Cleanup(1000))
  const read = (): WeakRef<object> => {
    const { hub } = teeHub(() => toRecipe([1, 2], 'source', 'streams'), 1, {}, 'streams')
    const cursor = openRecipe(hub.branches[0] as Branch<unknown>, scope, place)
    while (cursor.next() !== DONE);
    return new WeakRef(hub.origins)
  }
  t.ok(await isCollected(read()))
  t.ok(place)
})
