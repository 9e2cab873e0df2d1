import csvParser from 'csv-parser'
import { chain, csvSource, filter } from 'fanpipe'
import MultiStream from 'multistream'
import { createReadStream } from 'node:fs'
import { within, type Benchmark, type Outcome } from '../benchmark.ts'
import { csvFiles, ROWS } from '../data.ts'
import { consume, Tally } from '../instruments.ts'

type Row = Readonly<Record<'id' | 'quantity' | 'remark', string>>

const paths = csvFiles(8)
const isWanted = ({ quantity }: Row): boolean => Number(quantity) >= 5

class RowTally extends Tally {
  readonly addRow = ({ id, remark }: Row): void => this.add(Number(id) + remark.length)
  readonly addIfWanted = (row: Row): void => {
    if (isWanted(row)) this.addRow(row)
  }
}

async function withFanpipe(): Promise<Outcome> {
  const tally = new RowTally()
  await consume(tally.addRow, chain(paths.map((path) => csvSource(path))), filter(isWanted))
  return tally
}

async function csvParserAlone(): Promise<Outcome> {
  const tally = new RowTally()
  for (const path of paths) await consume(tally.addIfWanted, createReadStream(path), csvParser())
  return tally
}

async function withMultistream(): Promise<Outcome> {
  const tally = new RowTally()
  const parsed = paths.map((path) => () => createReadStream(path).pipe(csvParser()))
  await consume(tally.addIfWanted, MultiStream.obj(parsed))
  return tally
}

export const benchmark: Benchmark = {
  kind: 'race',
  title: '8 CSV files concatenated and filtered into a Writable',
  unit: 'row',
  units: ROWS,
  ways: {
    fanpipe: withFanpipe,
    'csv-parser alone': csvParserAlone,
    'multistream and csv-parser': withMultistream,
  },
  targets: [within(1.05, 'csv-parser alone')],
  notes: [
    'The peers filter inside the Writable, the cheapest place; fanpipe uses a separate filter stage.',
    'csv-parser alone reads one file after another. With multistream, each file gets its own parser, created when its turn comes.',
    'csv-parser does not report unclosed quotes or duplicate columns, and pipe does not forward file errors.',
  ],
}
