import { multicast } from 'fanpipe'
import { createHash } from 'node:crypto'
import { PassThrough, Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { dice, naturals } from '../instruments.ts'
import { scaled, type Question, type Seen } from '../question.ts'

const KIB = scaled(2 ** 20)
const CHUNK_KIB = 64
const random = dice(3)
const words = naturals(64).map(() => Buffer.from(naturals(32).map(() => random(256))))
/** Of words that come again and again, as in what is worth compressing. */
const chunks = naturals(16).map(() =>
  Buffer.concat(naturals(CHUNK_KIB * 32).map(() => words[random(words.length)] as Buffer)),
)

function bytes(): Readable {
  let pushed = 0
  return new Readable({
    read() {
      while (pushed < KIB / CHUNK_KIB) if (!this.push(chunks[pushed++ % chunks.length])) return
      this.push(null)
    },
  })
}

/** How many bytes come through. */
async function size(...streams: readonly [Readable, ...NodeJS.ReadWriteStream[]]): Promise<number> {
  let sum = 0
  const sink = new Writable({
    write(chunk: Buffer, _, done) {
      sum += chunk.length
      done()
    },
  })
  await pipeline([...streams, sink])
  return sum
}

async function used([a, b, c]: readonly [Readable, Readable, Readable]): Promise<Seen> {
  const hash = createHash('sha256')
  const [whole, zipped] = await Promise.all([size(a), size(b, createGzip({ level: 1 })), pipeline(c, hash)])
  return { items: whole / 2 ** 10, checksum: (hash.read() as Buffer).readInt32LE() ^ zipped }
}

const passThroughs = (source: Readable) =>
  [source.pipe(new PassThrough()), source.pipe(new PassThrough()), source.pipe(new PassThrough())] as const

export const question: Question = {
  kind: 'race',
  title: 'multicast of one stream of bytes to a hash, a gzip and a count',
  unit: 'KiB',
  units: KIB,
  ways: {
    fanpipe: () => used(multicast(bytes(), 3)),
    'pipe to PassThrough': () => used(passThroughs(bytes())),
  },
  targets: [],
  notes: [
    'Most of the cost is that of SHA-256 and of gzip at level 1.',
    "pipe passes neither a source's error on to the branches, nor a branch's to the source.",
  ],
  rounds: 3,
  warmUp: false,
}
