import type { CommandSpec } from './usage.ts'

export const eachSpec: CommandSpec = {
  usage: 'each [OPTION]… COMMAND [ARGUMENT]…',
  summary: `Runs COMMAND for each line of standard input that is not blank, with {} replaced by the line, or with
the line as its last argument. The output of each command is printed in one piece when it has ended.`,
  options: {
    jobs: { short: 'j', value: 'N', help: 'how many commands run at once; by default one per core' },
    ordered: { help: 'print in the order of the lines, not in the order in which the commands end' },
    shell: { help: 'run COMMAND in the shell; {} is replaced by the line, quoted as one word' },
    encoding: {
      value: 'LABEL',
      help: 'encoding of the lines, such as latin1 or utf-16le; the commands get UTF-8',
    },
    'fail-fast': { help: 'stop at the first command that fails' },
    help: { short: 'h', help: 'print this help' },
  },
  notes: `If COMMAND is a single argument, it is split at blanks. Put -- before a COMMAND that is followed by options of
its own. Commands get no input, and their output is held in memory until they end. If any fails, the exit code is 1.`,
  examples: [
    [`fanpipe each --jobs 4 --ordered 'wc -c {}' <files.txt`, 'four at a time, printed in order'],
    [`fanpipe each --shell 'gzip -c {} > {}.gz' <files.txt`, 'with a redirection, which needs the shell'],
    [`fanpipe each -- grep -c ERROR <files.txt`, 'with options of its own'],
  ],
}
