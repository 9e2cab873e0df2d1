import type { CommandSpec } from './usage.ts'

export const mergeSpec: CommandSpec = {
  usage: 'merge [OPTION]… FILE…',
  summary: `Merges logs by time. The format of each line is recognised; lines without a time, such as those of a
stack trace, stay with the line before them. Each file must be sorted. Files may be gzipped; - is
standard input.`,
  options: {
    key: {
      value: 'KEY',
      help: 'sorted by a column (2), a member of JSON (user.id) or a group (/id=(\\d+)/), not by time',
    },
    time: {
      value: 'FORMAT',
      help: 'format of the time: iso, epoch, clf, syslog, json, json:PATH, or an order such as yy/mm/dd',
    },
    zone: {
      value: 'ZONE',
      help: 'zone of times without an offset: UTC (default), local, +02:00 or Europe/Berlin',
    },
    year: {
      value: 'YEAR',
      help: 'year of syslog times; by default from the time the file was last modified',
    },
    reverse: { short: 'r', help: 'the files are in descending order, and so is the output' },
    late: { value: 'TIME', help: 'lines may be this much out of order, such as 60s' },
    unique: { short: 'u', help: 'print lines of the same time and content once' },
    check: { help: 'print nothing; exit with 1 if a file is not sorted' },
    explain: { help: 'print the format, zone, times and number of lines of each file' },
    grep: { value: 'PATTERN', help: 'only records with a line that matches the regular expression' },
    since: { value: 'TIME', help: 'only records of this time or later: 2026-01-31, or 2026-01-31T12:00' },
    until: { value: 'TIME', help: 'only records before this time' },
    last: { value: 'TIME', help: 'only the records of this long before the newest of all files, such as 5m' },
    label: { help: 'print the name of the file before each line' },
    follow: { short: 'f', help: 'go on as the files grow; lines that come late are printed at once' },
    output: {
      short: 'o',
      value: 'FILE',
      help: 'write to this file, once everything has been written; gzipped if it ends in .gz',
    },
    help: { short: 'h', help: 'print this help' },
  },
  examples: [
    ['fanpipe merge web-*.log', 'one log out of several'],
    [
      'fanpipe merge --last 5m --label app.log.gz nginx.log',
      'the last five minutes, each line with its file',
    ],
    [
      'fanpipe merge --late 60s -o all.log.gz a.log b.log',
      'files that are not quite sorted, to a gzipped file',
    ],
    ['fanpipe merge --follow --grep ERROR *.log', 'errors of all logs, as they come'],
  ],
}
