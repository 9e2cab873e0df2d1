import type { CommandSpec } from './usage.ts'

export const eachSpec: CommandSpec = {
  usage: 'each [OPTION]… COMMAND [ARGUMENT]…',
  summary: `Runs COMMAND for each line of standard input that is not blank, with {} replaced by the line, or with
the line as its last argument. What a command prints is printed whole when it has ended.`,
  options: {
    jobs: { short: 'j', value: 'N', help: 'how many commands run at once; by default one for each core' },
    ordered: { help: 'print in the order of the lines, not as the commands end' },
    shell: { help: 'COMMAND is run by the shell; {} is replaced by the line in quotes' },
    'fail-fast': { help: 'stop at the first command that fails' },
    help: { short: 'h', help: 'print this help' },
  },
  notes: `If COMMAND is one argument, it is cut at blanks; give -- before a COMMAND whose own options follow it
as arguments. Commands read no input, and what they print is held in memory. If any fails, the exit code is 1.`,
  examples: [
    [`fanpipe each --jobs 4 --ordered 'wc -c {}' <files.txt`, 'four at a time, printed in order'],
    [`fanpipe each --shell 'gzip -c {} > {}.gz' <files.txt`, 'with a redirection, which needs the shell'],
    [`fanpipe each -- grep -c ERROR <files.txt`, 'with options of its own'],
  ],
}
