import csvParser from 'csv-parser'
import { chain, csvSource, filter } from 'fanpipe'
import MultiStream from 'multistream'
import { createReadStream } from 'node:fs'
import { csvFiles, ROWS } from '../data.ts'
import { pour, Tally } from '../instruments.ts'
import { within, type Question, type Seen } from '../question.ts'

type Row = Readonly<Record<'id' | 'quantity' | 'remark', string>>

const paths = csvFiles(8)
const wanted = ({ quantity }: Row): boolean => Number(quantity) >= 5

class RowTally extends Tally {
  readonly see = ({ id, remark }: Row): void => this.add(Number(id) + remark.length)
  readonly seeWanted = (row: Row): void => {
    if (wanted(row)) this.see(row)
  }
}

async function ours(): Promise<Seen> {
  const tally = new RowTally()
  await pour(tally.see, chain(paths.map((path) => csvSource(path))), filter(wanted))
  return tally
}

async function csvParserAlone(): Promise<Seen> {
  const tally = new RowTally()
  for (const path of paths) await pour(tally.seeWanted, createReadStream(path), csvParser())
  return tally
}

async function multistreamed(): Promise<Seen> {
  const tally = new RowTally()
  const parsed = paths.map((path) => () => createReadStream(path).pipe(csvParser()))
  await pour(tally.seeWanted, MultiStream.obj(parsed))
  return tally
}

export const question: Question = {
  kind: 'race',
  title: '8 CSV files concatenated and filtered into a Writable',
  unit: 'row',
  units: ROWS,
  ways: {
    fanpipe: ours,
    'csv-parser alone': csvParserAlone,
    'multistream and csv-parser': multistreamed,
  },
  targets: [within(1.05, 'csv-parser alone')],
  notes: [
    'The rivals filter in the Writable, which is the cheapest place; fanpipe in a stage.',
    'csv-parser alone: one file after the other. With multistream each file has a parser of its own, made when it is its turn.',
    'csv-parser takes no notice of a quote that is never closed or a column named twice, and pipe does not pass the error of a file on.',
  ],
}
