import { parseArgs } from 'node:util'

/** A command line that cannot be used. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Runs what checks a value; an error means that the value cannot be used. */
export function usable<R>(read: () => R, message: string): R {
  try {
    return read()
  } catch {
    throw new UsageError(message)
  }
}

/** An option of a command, as it is parsed and as its help shows it. */
export interface OptionSpec {
  /** What the value is called in the help; a flag has none. */
  readonly value?: string
  readonly short?: string
  /** Whether it may be given several times. */
  readonly multiple?: boolean
  readonly help: string
}

export interface CommandSpec {
  /** Such as `merge [OPTION]… FILE…`. */
  readonly usage: string
  /** What the command does, in one line. */
  readonly summary: string
  readonly options: Readonly<Record<string, OptionSpec>>
  /** Command lines, each with what it does. */
  readonly examples: readonly (readonly [line: string, does: string])[]
  readonly notes: string
}

export interface Parsed {
  readonly operands: readonly string[]
  has(option: string): boolean
  /** The value of an option; undefined if it was not given. */
  get(option: string): string | undefined
  all(option: string): readonly string[]
}

/** Parses the arguments of a command. */
export function parse(spec: CommandSpec, args: readonly string[]): Parsed {
  const options = Object.fromEntries(
    Object.entries(spec.options).map(([name, { value, short, multiple = false }]) => [
      name,
      {
        type: value === undefined ? ('boolean' as const) : ('string' as const),
        multiple,
        ...(short === undefined ? {} : { short }),
      },
    ]),
  )
  const { values, positionals } = parsed()
  for (const [name, value] of Object.entries(values))
    if ([value].flat().includes('')) throw new UsageError(`--${name} is empty: give its value`)
  return {
    operands: positionals,
    has: (option) => values[option] !== undefined,
    get: (option) => values[option] as string | undefined,
    all: (option) => (values[option] ?? []) as string[],
  }

  function parsed() {
    try {
      return parseArgs({ args: [...args], options, allowPositionals: true })
    } catch (error) {
      // Node's message goes on to explain how a positional argument could look like an option.
      const { message } = error as Error
      const [problem] = message.split(/\.\s/)
      const [remedy] = /use '.*'/.exec(message) ?? []
      throw new UsageError(
        remedy === undefined ? problem : `${problem}: if its value begins with a dash, ${remedy}`,
      )
    }
  }
}

/** The help of a command, for a terminal of 80 columns or more. */
export function helpOf({ usage, summary, options, examples, notes }: CommandSpec): string {
  const entries = Object.entries(options).map(([name, { value, short, help }]) => {
    const long = value === undefined ? `--${name}` : `--${name} ${value}`
    return [short === undefined ? `    ${long}` : `-${short}, ${long}`, help] as const
  })
  const width = Math.max(...entries.map(([option]) => option.length))
  const list = entries.map(([option, help]) => `  ${option.padEnd(width)}  ${help}`)
  const shown = examples.map(([line, does]) => `  ${line}\n      ${does}`)
  return [
    `Usage: fanpipe ${usage}`,
    summary,
    ['Options:', ...list].join('\n'),
    notes,
    ['Examples:', ...shown].join('\n'),
  ].join('\n\n')
}
