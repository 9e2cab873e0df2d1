import type { CommandSpec } from './usage.ts'

export const teeSpec: CommandSpec = {
  usage: 'tee [OPTION]… [FILE]…',
  summary: `Copies standard input, or files, to standard output and to commands. The shell runs the commands.`,
  options: {
    to: {
      value: 'COMMAND',
      multiple: true,
      help: 'copy to this command; the others wait while it is slow, and it must read to the end',
    },
    'drop-oldest': {
      value: 'COMMAND',
      multiple: true,
      help: 'copy to this command; when it falls behind, it misses the oldest of the lines that wait for it',
    },
    'drop-newest': {
      value: 'COMMAND',
      multiple: true,
      help: 'copy to this command; when it falls behind, it misses the newest lines',
    },
    detach: {
      value: 'COMMAND',
      multiple: true,
      help: 'copy to this command; when it falls behind, it gets nothing more',
    },
    maxlen: {
      value: 'LINES',
      help: 'how many lines may wait for a command of --drop-oldest, --drop-newest or --detach; 1024 by default',
    },
    quiet: { short: 'q', help: 'print nothing: only the commands get the input' },
    help: { short: 'h', help: 'print this help' },
  },
  notes: `Bytes are passed on unchanged. The commands print to the same place as fanpipe, so redirect their output. It is
an error if a command of --to fails or stops reading; the other commands may stop. If nobody reads standard
output any more, the commands still get everything.`,
  examples: [
    [
      `fanpipe tee --quiet --to 'gzip > copy.gz' --to 'sha256sum > copy.sum' <app.log`,
      'compress and hash a file, reading it once',
    ],
    [`fanpipe tee --drop-oldest 'tail -n 1 > last.txt' app.log`, 'print a file, however slow the command is'],
  ],
}
