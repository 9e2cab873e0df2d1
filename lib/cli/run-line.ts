import { spawn } from 'node:child_process'
import { endOf, killGroup, type End } from './child.ts'
import { PLACEHOLDER } from './part-paths.ts'

/** What became of the command of one line. */
export interface LineResult extends End {
  /** The command, as messages name it. */
  readonly name: string
  readonly out: Buffer
  readonly errors: Buffer
}

/** A command whose `{}` stand for a line. */
export interface LineCommand {
  readonly words: readonly string[]
  /** The shell runs it. */
  readonly isShell: boolean
}

/** The program of a command with a line in it, and its arguments. */
export function withLine({ words, isShell }: LineCommand, line: string): [string, ...string[]] {
  const value = isShell ? quoted(line) : line
  const isPlaced = words.some((word) => word.includes(PLACEHOLDER))
  const all = isPlaced ? words.map((word) => word.replaceAll(PLACEHOLDER, () => value)) : [...words, value]
  return isShell ? ['/bin/sh', '-c', all.join(' ')] : (all as [string, ...string[]])
}

/** Runs the command with a line, and collects what it prints. */
export async function runLine(command: LineCommand, line: string, signal: AbortSignal): Promise<LineResult> {
  const [program, ...args] = withLine(command, line)
  const child = spawn(program, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const onAbort = (): void => killGroup(child)
  signal.addEventListener('abort', onAbort)
  const [out, errors]: [Buffer[], Buffer[]] = [[], []]
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
  const end = await endOf(child)
  signal.removeEventListener('abort', onAbort)
  const name = command.isShell ? (args[1] as string) : [program, ...args].join(' ')
  return { ...end, name, out: Buffer.concat(out), errors: Buffer.concat(errors) }
}

/** A text as one word of the shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
