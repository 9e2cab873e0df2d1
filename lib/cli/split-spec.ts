import type { CommandSpec } from './usage.ts'

export const splitSpec: CommandSpec = {
  usage: 'split --by FIELD [OPTION]… PATTERN [FILE]…',
  summary: `Writes a file for each value of FIELD, named by PATTERN with {} replaced by the value. Reads standard
input if no file is given; files may be gzipped.`,
  options: {
    by: {
      value: 'FIELD',
      help: 'column of CSV (country), member of JSON (user.id), column of lines (2) or group (/id=(\\d+)/)',
    },
    from: {
      value: 'FORMAT',
      help: 'format of the files: csv, tsv, ndjson or lines; by default from the ending of each name',
    },
    union: { help: 'tables may have different columns: each file has all of them' },
    force: { help: 'overwrite files that exist already' },
    help: { short: 'h', help: 'print this help' },
  },
  notes: `Folders are made as needed. In a name, / and control characters become _, and so do an empty value and
dots alone; two values that would share a file are an error. The rows of CSV are written as CSV with a header,
or as NDJSON if PATTERN ends in .ndjson; lines keep their bytes. At most 64 files are open at once. After an
error the files that have been written so far remain.`,
  examples: [
    [`fanpipe split --by country 'out/{}.csv' orders.csv`, 'a table for each country'],
    [`fanpipe split --by user.id 'users/{}.ndjson' events.ndjson`, 'a file for each user'],
    [`fanpipe split --by 1 'days/{}.log' <app.log`, 'by the first word of each line'],
  ],
}
