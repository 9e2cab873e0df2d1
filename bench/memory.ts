/**
 * Whether memory stays flat from 10⁵ to 10⁷ items: `npm run bench:memory`. Each figure is from a process of its own, the heap
 * in use after a collection, in the middle of the run when everything is open. The control keeps what it sees, and grows.
 */
import { execFileSync } from 'node:child_process'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { chain, fork, map, merge, mergeBoundedLateness, multicast, roundRobin, tee } from 'fanpipe'

const SIZES = [1e5, 1e6, 1e7]
const FLAT = 10

/** Objects, so that whoever keeps them is seen to. */
function* items(from: number, step: number, end: number): Generator<{ n: number }> {
  for (let n = from; n < end; n += step) yield { n }
}
const both = (size: number) => [items(0, 2, size), items(1, 2, size)]
const key = ({ n }: { n: number }): number => n

const cases: Readonly<Record<string, (size: number, sink: () => Writable) => Promise<unknown>>> = {
  chain: (size, sink) => pipeline(chain(both(size)), sink()),
  roundRobin: (size, sink) => pipeline(roundRobin(both(size)), sink()),
  merge: (size, sink) => pipeline(merge(both(size), { key }), sink()),
  mergeBoundedLateness: (size, sink) =>
    pipeline(mergeBoundedLateness(both(size), { time: key, lateness: 100 }), sink()),
  fork: (size, sink) => pipeline(items(0, 1, size), fork([map(key), map(key)]), sink()),
  multicast: (size, sink) =>
    Promise.all(multicast(items(0, 1, size), 2).map((branch) => pipeline(branch, sink()))),
  'tee, in step': (size, sink) =>
    Promise.all(tee(items(0, 1, size)).map((branch) => pipeline(branch, sink()))),
  'control: a tee whose second branch sleeps': async (size, sink) => {
    const [first, second] = tee(items(0, 1, size))
    await pipeline(first, sink())
    second.destroy()
  },
}

const [name, size] = process.argv.slice(2)
if (name === undefined) compare()
else console.log(await heapInTheMiddle(name, Number(size)))

async function heapInTheMiddle(name: string, size: number): Promise<number> {
  let [seen, heap] = [0, 0]
  const sink = (): Writable =>
    new Writable({
      objectMode: true,
      write(_item, _, done) {
        if (++seen === Math.floor(size * 0.9)) {
          globalThis.gc?.()
          heap = process.memoryUsage().heapUsed / 2 ** 20
        }
        done()
      },
    })
  await cases[name]?.(size, sink)
  return heap
}

function compare(): void {
  let failed = false
  console.log(
    `heap in use in mid-run, MiB, for ${SIZES.map((size) => size.toExponential(0)).join(', ')} items`,
  )
  for (const name of Object.keys(cases)) {
    const sizes = name.startsWith('control') ? SIZES.slice(0, 2) : SIZES
    const heaps = sizes.map((size) => {
      const args = ['--expose-gc', import.meta.filename, name, String(size)]
      return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }))
    })
    const grown = Math.max(...heaps) - (heaps[0] ?? NaN)
    const wrong = name.startsWith('control') ? grown <= FLAT : grown > FLAT
    failed ||= wrong
    const verdict = `${grown > FLAT ? 'grows' : 'flat'}${wrong ? ', and should not be' : ''}`
    console.log(
      `  ${name.padEnd(44)} ${heaps.map((heap) => heap.toFixed(1).padStart(7)).join(' ')}  ${verdict}`,
    )
  }
  if (failed) process.exitCode = 1
}
