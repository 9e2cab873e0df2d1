import { chain, lineSource } from 'fanpipe'
import { closeSync, createReadStream, openSync, readSync } from 'node:fs'
import { createInterface } from 'node:readline'
import split2 from 'split2'
import type { Benchmark, Outcome } from '../benchmark.ts'
import { LINES, LineTally, Logs } from '../data.ts'
import { consume, type Source } from '../instruments.ts'

const logs = new Logs(1)
const path = logs.paths[0] as string

async function consumeLines(source: Source): Promise<Outcome> {
  const tally = new LineTally()
  await consume((line: string) => tally.add(line), source)
  return logs.verifyOrder(tally)
}

/** The baseline: reads the file synchronously and splits it at the newlines. */
function splitSync(): Outcome {
  const tally = new LineTally()
  const chunk = Buffer.allocUnsafe(2 ** 20)
  const file = openSync(path, 'r')
  let rest = ''
  for (let size = readSync(file, chunk); size > 0; size = readSync(file, chunk)) {
    const text = rest + chunk.toString('latin1', 0, size)
    let start = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      tally.add(text.slice(start, end))
      start = end + 1
    }
    rest = text.slice(start)
  }
  closeSync(file)
  return logs.verifyOrder(tally)
}

export const benchmark: Benchmark = {
  kind: 'race',
  title: 'lines of one file into a Writable',
  unit: 'line',
  units: LINES,
  ways: {
    fanpipe: () => consumeLines(chain([lineSource(path)])),
    'fanpipe, lines of a stream': () => consumeLines(chain([lineSource(createReadStream(path))])),
    split2: () => consumeLines(createReadStream(path).pipe(split2())),
    readline: () => consumeLines(createInterface({ input: createReadStream(path), crlfDelay: Infinity })),
    floor: splitSync,
  },
  targets: [],
  notes: [
    'The floor reads 1 MiB at a time synchronously, decodes it as Latin-1, and has no Writable.',
    'pipe does not forward file errors to split2.',
  ],
}
