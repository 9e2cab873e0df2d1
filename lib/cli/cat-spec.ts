import type { CommandSpec } from './usage.ts'

export const catSpec: CommandSpec = {
  usage: 'cat [OPTION]… FILE…',
  summary: `Prints files one after the other. Tables in CSV become one table with one header, their separators
are detected. Files may be gzipped; - is standard input.`,
  options: {
    from: {
      value: 'FORMAT',
      help: 'format of the files: csv, tsv, ndjson or lines; by default from the ending of each name',
    },
    to: { value: 'FORMAT', help: 'format of the output; by default that of the first file' },
    union: { help: 'tables may have different columns: the output has all of them' },
    output: {
      short: 'o',
      value: 'FILE',
      help: 'write to this file, once everything has been written; gzipped if it ends in .gz',
    },
    help: { short: 'h', help: 'print this help' },
  },
  notes: `Names that end in .csv, .tsv, .ndjson or .jsonl, also before .gz, say the format; all other files are
lines. Without --union, a file whose columns are not those of the first is an error. Lines are printed with
their bytes unchanged; a last line without an end gets one.`,
  examples: [
    ['fanpipe cat jan.csv feb.csv', 'one table out of two'],
    ['fanpipe cat --union -o all.csv.gz *.csv', 'tables whose columns differ, to a gzipped file'],
    ['fanpipe cat --to ndjson orders.csv', 'rows as JSON, one for each line'],
  ],
}
