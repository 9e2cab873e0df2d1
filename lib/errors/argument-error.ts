import { FanpipeError } from './fanpipe-error.ts'

/**
 * An argument or option that cannot be used. It is thrown at the call, if the mistake is known by then. What a callback
 * returns and what a lazy list of inputs yields is checked when it arrives; the output then fails with this error.
 */
export class ArgumentError extends FanpipeError {
  override get name(): string {
    return 'ArgumentError'
  }
  readonly code = 'ERR_FANPIPE_ARGUMENT'
  /** The argument or option as the caller wrote it, such as `maxlen` or `inputs[3]`. */
  readonly argument: string
  /** What the argument accepts. */
  readonly expected: string
  /** `given` describes the actual value, `advice` says what to write instead. */
  constructor(argument: string, expected: string, given?: string, advice?: string) {
    super(
      `${argument} must be ${expected}${given === undefined ? '' : `, not ${given}`}${advice === undefined ? '' : `: ${advice}`}`,
    )
    this.argument = argument
    this.expected = expected
  }
}
