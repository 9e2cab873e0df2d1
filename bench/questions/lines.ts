import { chain, lineSource } from 'fanpipe'
import { closeSync, createReadStream, openSync, readSync } from 'node:fs'
import { createInterface } from 'node:readline'
import split2 from 'split2'
import { LINES, Logs, LineTally } from '../data.ts'
import { pour, type Source } from '../instruments.ts'
import type { Question, Seen } from '../question.ts'

const logs = new Logs(1)
const path = logs.paths[0] as string

async function counted(source: Source): Promise<Seen> {
  const tally = new LineTally()
  await pour((line: string) => tally.add(line), source)
  return logs.merged(tally)
}

/** Nobody can do with less than cutting text at the newlines. */
function cut(): Seen {
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
  return logs.merged(tally)
}

export const question: Question = {
  kind: 'race',
  title: 'the lines of one file into a Writable',
  unit: 'line',
  units: LINES,
  ways: {
    fanpipe: () => counted(chain([lineSource(path)])),
    'fanpipe, lines of a stream': () => counted(chain([lineSource(createReadStream(path))])),
    split2: () => counted(createReadStream(path).pipe(split2())),
    readline: () => counted(createInterface({ input: createReadStream(path), crlfDelay: Infinity })),
    floor: cut,
  },
  targets: [],
  notes: [
    'The floor reads by the MiB, takes the bytes for latin1, and has no Writable.',
    'pipe does not pass the error of a file on to split2.',
  ],
}
