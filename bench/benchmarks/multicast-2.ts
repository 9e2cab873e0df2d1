import cloneable from 'cloneable-readable'
import { multicast } from 'fanpipe'
import { PassThrough, Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { faster, scaled, within, type Benchmark } from '../benchmark.ts'
import { combine, drain, range, readableOf, sinkOf, Tally, type Source } from '../instruments.ts'

const drainAll = async (branches: readonly Source[]) =>
  combine(await Promise.all(branches.map((branch) => drain(branch))))

function pipeToPassThroughs(source: Readable, n: number): Readable[] {
  return range(n).map(() => source.pipe(new PassThrough({ objectMode: true })))
}

function cloneReadable(source: Readable, n: number): Readable[] {
  const first = cloneable(source).setMaxListeners(0)
  return [...range(n - 1).map(() => first.clone()), first]
}

function teeWebStream(source: Readable, n: number): ReadableStream[] {
  const branches: ReadableStream[] = []
  let rest = Readable.toWeb(source)
  while (branches.length < n - 1) {
    const [branch, other] = rest.tee()
    branches.push(branch)
    rest = other
  }
  return [...branches, rest]
}

/** The baseline: writes every item to every Writable and ignores backpressure. */
async function writeToAll(source: Readable, n: number) {
  const tallies = range(n).map(() => new Tally())
  const sinks = tallies.map((tally) => sinkOf((item: number) => tally.add(item)))
  source.on('data', (item) => {
    for (const sink of sinks) sink.write(item)
  })
  source.on('end', () => {
    for (const sink of sinks) sink.end()
  })
  await Promise.all(sinks.map((sink) => finished(sink)))
  return combine(tallies)
}

export function multicastTo(n: number, times: number): Benchmark {
  const units = scaled(2e6 / n)
  const items = range(units)
  return {
    kind: 'race',
    title: `multicast of one object Readable to ${n} Writables`,
    unit: 'item',
    units,
    ways: {
      fanpipe: () => drainAll(multicast(readableOf(items), n)),
      'pipe to PassThrough': () => drainAll(pipeToPassThroughs(readableOf(items), n)),
      'cloneable-readable': () => drainAll(cloneReadable(readableOf(items), n)),
      'web tee': () => drainAll(teeWebStream(readableOf(items), n)),
      floor: () => writeToAll(readableOf(items), n),
    },
    targets: [faster(times, 'pipe to PassThrough', 'cloneable-readable', 'web tee'), within(1.4, 'floor')],
    notes: [
      'Time is per item of the source, regardless of the number of branches.',
      'pipe does not forward errors, neither from the source to the branches nor from a branch to the source.',
      'The buffer of a web tee is unbounded: its slower branch queues everything that the faster one has read.',
      'The floor writes to every Writable and ignores backpressure.',
    ],
  }
}

export const benchmark = multicastTo(2, 1.3)
