import cloneable from 'cloneable-readable'
import { multicast } from 'fanpipe'
import { PassThrough, Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { drain, naturals, readableOf, sinkOf, Tally, together, type Source } from '../instruments.ts'
import { faster, scaled, within, type Question } from '../question.ts'

const drainAll = async (branches: readonly Source[]) =>
  together(await Promise.all(branches.map((branch) => drain(branch))))

function passThroughs(source: Readable, n: number): Readable[] {
  return naturals(n).map(() => source.pipe(new PassThrough({ objectMode: true })))
}

function clones(source: Readable, n: number): Readable[] {
  const first = cloneable(source).setMaxListeners(0)
  return [...naturals(n - 1).map(() => first.clone()), first]
}

function webTees(source: Readable, n: number): ReadableStream[] {
  const branches: ReadableStream[] = []
  let rest = Readable.toWeb(source)
  while (branches.length < n - 1) {
    const [branch, other] = rest.tee()
    branches.push(branch)
    rest = other
  }
  return [...branches, rest]
}

/** Nobody can do with less than handing each item to each Writable. */
async function handedOut(source: Readable, n: number) {
  const tallies = naturals(n).map(() => new Tally())
  const sinks = tallies.map((tally) => sinkOf((item: number) => tally.add(item)))
  source.on('data', (item) => {
    for (const sink of sinks) sink.write(item)
  })
  source.on('end', () => {
    for (const sink of sinks) sink.end()
  })
  await Promise.all(sinks.map((sink) => finished(sink)))
  return together(tallies)
}

export function multicastTo(n: number, times: number): Question {
  const units = scaled(2e6 / n)
  const items = naturals(units)
  return {
    kind: 'race',
    title: `multicast of one object Readable to ${n} Writables`,
    unit: 'item',
    units,
    ways: {
      fanpipe: () => drainAll(multicast(readableOf(items), n)),
      'pipe to PassThrough': () => drainAll(passThroughs(readableOf(items), n)),
      'cloneable-readable': () => drainAll(clones(readableOf(items), n)),
      'web tee': () => drainAll(webTees(readableOf(items), n)),
      floor: () => handedOut(readableOf(items), n),
    },
    targets: [faster(times, 'pipe to PassThrough', 'cloneable-readable', 'web tee'), within(1.4, 'floor')],
    notes: [
      'Counted by the items of the source, whatever the number of branches.',
      "pipe passes neither a source's error on to the branches, nor a branch's to the source.",
      'A web tee has no bound: its slower branch queues all that the faster has read.',
      'The floor writes to every Writable whether it can take more or not.',
    ],
  }
}

export const question = multicastTo(2, 1.3)
