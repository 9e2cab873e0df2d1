import { ArgumentError } from '../errors.ts'

/** How deep cursors may call each other. The stack would hold more, but frames of user code lie in between. */
const DEEPEST = 1000

/**
 * How many cursors are on the stack above the user's iterator that is running now. That iterator may pull another fanpipe
 * output, whose root does not know the cursors above it although they share one stack.
 */
export const nesting = { depth: 0 }

/** Throws before the nesting could overflow the stack; the source at the bottom is not counted. */
export function checkDepth(depth: number, argument = 'inputs'): void {
  if (depth > DEEPEST + 1) throw new ArgumentError(argument, `nested at most ${DEEPEST} junctions deep`)
}
