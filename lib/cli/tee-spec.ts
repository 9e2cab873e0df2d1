import type { CommandSpec } from './usage.ts'

export const teeSpec: CommandSpec = {
  usage: 'tee [OPTION]… [FILE]…',
  summary: `Copies standard input, or files, to standard output and to commands, which the shell runs.`,
  options: {
    to: {
      value: 'COMMAND',
      multiple: true,
      help: 'the others wait while this command is slow; it must read to the end',
    },
    'drop-oldest': {
      value: 'COMMAND',
      multiple: true,
      help: 'while this command is slower than the others, it misses the oldest lines that wait for it',
    },
    'drop-newest': {
      value: 'COMMAND',
      multiple: true,
      help: 'while this command is slower than the others, it misses the newest lines',
    },
    detach: {
      value: 'COMMAND',
      multiple: true,
      help: 'if this command is much slower than the others, it gets nothing more',
    },
    maxlen: {
      value: 'LINES',
      help: 'how many lines may wait for a command that misses lines or is detached; 1024 by default',
    },
    quiet: { short: 'q', help: 'print nothing; only the commands get the input' },
    help: { short: 'h', help: 'print this help' },
  },
  notes: `Bytes come through unchanged. What the commands print goes where the output of fanpipe goes, so redirect
it. A command of --to that fails or stops reading is an error; the others may leave. If nobody reads standard
output any more, the commands still get everything.`,
  examples: [
    [
      `fanpipe tee --quiet --to 'gzip > copy.gz' --to 'sha256sum > copy.sum' <app.log`,
      'compressed and hashed, with one reading',
    ],
    [`fanpipe tee --drop-oldest 'tail -n 1 > last.txt' app.log`, 'printed, however slow the command is'],
  ],
}
