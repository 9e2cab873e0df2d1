import { tableOptions } from './table-options.ts'
import type { CommandSpec } from './usage.ts'

export const splitSpec: CommandSpec = {
  usage: 'split --by FIELD [OPTION]… PATTERN [FILE]…',
  summary: `Writes a file for each value of FIELD. Its name is PATTERN with {} replaced by the value. Reads standard
input if no file is given; files may be gzipped.`,
  options: {
    by: {
      value: 'FIELD',
      help: 'CSV column (country), JSON field (user.id), column of a line (2) or group of an expression (/id=(\\d+)/)',
    },
    from: {
      value: 'FORMAT',
      help: 'format of the files: csv, tsv, ndjson or lines; by default from the extension of each name',
    },
    union: { help: 'tables may have different columns: each file has all of them' },
    ...tableOptions,
    force: { help: 'overwrite existing files' },
    help: { short: 'h', help: 'print this help' },
  },
  notes: `Folders are created as needed. Columns of lines are separated by spaces or tabs. In a name, / and control characters
become _, and so does a value that is empty or only dots. Two values that would share a file are an error.
CSV rows are written as CSV with a header, or as NDJSON if PATTERN ends in .ndjson; lines keep their bytes,
unless --encoding is given. Tables must be UTF-8, or else --encoding is needed. At most 64 files are open at
once. After an error, the files written so far remain, and the last line of some may be incomplete.`,
  examples: [
    [`fanpipe split --by country 'out/{}.csv' orders.csv`, 'a table for each country'],
    [`fanpipe split --by user.id 'users/{}.ndjson' events.ndjson`, 'a file for each user'],
    [`fanpipe split --by 1 'days/{}.log' <app.log`, 'a file for each first word of a line'],
  ],
}
