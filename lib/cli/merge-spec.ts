import type { CommandSpec } from './usage.ts'

export const mergeSpec: CommandSpec = {
  usage: 'merge [OPTION]… FILE…',
  summary: `Merges logs by time. The format of each line is recognised. Lines without a time, such as those of a
stack trace, belong to the record of the line before them. Each file must be sorted. Files may be
gzipped; - is standard input.`,
  options: {
    key: {
      value: 'KEY',
      help: 'merge by a column (2), a JSON field (user.id) or a group of a regular expression (/id=(\\d+)/), not by time',
    },
    numeric: {
      short: 'n',
      help: 'compare the keys of --key as numbers; a line without a number stays with the line before it; not with --time',
    },
    time: {
      value: 'FORMAT',
      multiple: true,
      help: 'format of the time: iso, epoch, clf, syslog, json, json:PATH, or an order such as yy/mm/dd',
    },
    zone: {
      value: 'ZONE',
      multiple: true,
      help: 'zone of times without an offset (UTC by default, local, +02:00, Asia/Tokyo), or offset of a name (PDT=-07:00)',
    },
    year: {
      value: 'YEAR',
      help: 'year of syslog times; by default derived from when the file was last modified',
    },
    reverse: {
      short: 'r',
      help: 'the files are in descending order, and so is the output; not with --late or --follow',
    },
    late: {
      value: 'TIME',
      help: 'how far lines may be out of order, such as 60s; not with --check or --reverse',
    },
    unique: { short: 'u', help: 'print lines with the same time and content only once' },
    check: {
      help: 'print nothing; exit with 1 if a file is not sorted; not with --explain, --output or --follow',
    },
    explain: {
      help: "print each file's format, zone, times and number of lines instead of merging; not with --output or --follow",
    },
    grep: { value: 'PATTERN', help: 'only records with a line that matches this regular expression' },
    since: { value: 'TIME', help: 'only records from this time on: 2026-01-31, or 2026-01-31T12:00' },
    until: { value: 'TIME', help: 'only records before this time' },
    last: {
      value: 'TIME',
      help: 'only records at most this much older than the newest, such as 5m; not with -, pipes or --follow',
    },
    label: { help: 'print the name of the file before each line' },
    follow: {
      short: 'f',
      help: 'keep reading as the files grow, until Ctrl-C; late lines are printed at once; not with -, pipes or --output',
    },
    output: {
      short: 'o',
      value: 'FILE',
      help: 'write to FILE, which cannot be an input; it appears only when complete, gzipped if its name ends in .gz',
    },
    help: { short: 'h', help: 'print this help' },
  },
  notes: `Lines keep their bytes; if the last line of a file has no line end, it gets one. Columns are separated by spaces or tabs.
--key compares text by its bytes, so 10 comes before 9, unless --numeric is given. Numbers in JSON fields are always
compared as numbers. With --key, the options --late, --since, --until, --last and --follow need --time too.
--time FORMAT is for all files. --time FORMAT=NAME is for the files with this name, in which * is any text; the times of
the others are recognised, unless --time gives a format for them too.`,
  examples: [
    ['fanpipe merge web-*.log', 'several logs as one'],
    [
      'fanpipe merge --last 5m --label app.log.gz nginx.log',
      'the last five minutes, with the name of the file before each line',
    ],
    [
      'fanpipe merge --late 60s -o all.log.gz a.log b.log',
      'files that are not quite sorted, to a gzipped file',
    ],
    ['fanpipe merge --follow --grep ERROR *.log', 'the errors of all logs, as they are written'],
  ],
}
