import { multicast } from 'fanpipe'
import { createHash } from 'node:crypto'
import { PassThrough, Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { scaled, type Benchmark, type Outcome } from '../benchmark.ts'
import { range, seededRandom } from '../instruments.ts'

const KIB = scaled(2 ** 20)
const CHUNK_KIB = 64
const random = seededRandom(3)
const words = range(64).map(() => Buffer.from(range(32).map(() => random(256))))
/** Built from a small set of repeated words, so that gzip finds something to compress. */
const chunks = range(16).map(() =>
  Buffer.concat(range(CHUNK_KIB * 32).map(() => words[random(words.length)] as Buffer)),
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

/** Counts the bytes that arrive at the end of the pipeline. */
async function countBytes(...streams: readonly [Readable, ...NodeJS.ReadWriteStream[]]): Promise<number> {
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

async function consumeAll([a, b, c]: readonly [Readable, Readable, Readable]): Promise<Outcome> {
  const hash = createHash('sha256')
  const [total, zipped] = await Promise.all([
    countBytes(a),
    countBytes(b, createGzip({ level: 1 })),
    pipeline(c, hash),
  ])
  return { items: total / 2 ** 10, checksum: (hash.read() as Buffer).readInt32LE() ^ zipped }
}

const passThroughs = (source: Readable) =>
  [source.pipe(new PassThrough()), source.pipe(new PassThrough()), source.pipe(new PassThrough())] as const

export const benchmark: Benchmark = {
  kind: 'race',
  title: 'multicast of one byte stream to a hash, gzip and a byte counter',
  unit: 'KiB',
  units: KIB,
  ways: {
    fanpipe: () => consumeAll(multicast(bytes(), 3)),
    'pipe to PassThrough': () => consumeAll(passThroughs(bytes())),
  },
  targets: [],
  notes: [
    'Most of the time goes into SHA-256 and gzip (level 1). Each process runs the work once, without a warm-up.',
    'pipe does not forward errors, neither from the source to the branches nor from a branch to the source.',
  ],
  rounds: 3,
  warmUp: false,
}
