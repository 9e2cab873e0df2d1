import { tableOptions } from './table-options.ts'
import type { CommandSpec } from './usage.ts'

export const catSpec: CommandSpec = {
  usage: 'cat [OPTION]… FILE…',
  summary: `Prints files one after the other. CSV files become one table with one header; their separators are
detected. Files may be gzipped; - is standard input.`,
  options: {
    from: {
      value: 'FORMAT',
      help: 'format of the files: csv, tsv, ndjson or lines; by default from the extension of each name',
    },
    to: { value: 'FORMAT', help: 'format of the output; by default that of the first file' },
    union: { help: 'tables may have different columns: the output has all of them' },
    ...tableOptions,
    output: {
      short: 'o',
      value: 'FILE',
      help: 'write to FILE, which cannot be an input; it appears only when complete, gzipped if its name ends in .gz',
    },
    help: { short: 'h', help: 'print this help' },
  },
  notes: `The extensions .csv, .tsv, .ndjson and .jsonl, with or without .gz after them, give the format; all other
files are lines. Without --union, a file whose columns differ from those of the first is an error. Lines are
printed with their bytes unchanged, unless --encoding is given; if the last line has no line end, it gets one.
Tables and NDJSON must be UTF-8, or else --encoding is needed. In tables made of NDJSON, numbers keep their
digits, objects and lists are JSON in a cell, and members that are missing are empty cells.`,
  examples: [
    ['fanpipe cat jan.csv feb.csv', 'two tables as one'],
    ['fanpipe cat --union -o all.csv.gz *.csv', 'tables with different columns, to a gzipped file'],
    ['fanpipe cat --to ndjson orders.csv', 'each row as a line of JSON'],
  ],
}
