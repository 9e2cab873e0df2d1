import { ArgumentError } from '../errors.ts'

/** The most cursors that may call down into each other; the stack holds more, but users' own frames lie between. */
const DEEPEST = 1000

/**
 * How many cursors are on the stack above the user's iterator that runs now. Such an iterator may pull another output of
 * ours, which knows nothing of those above it: the stack is theirs together.
 */
export const nesting = { depth: 0 }

/** Refuses what would overflow the stack; the source at the bottom does not count. */
export function checkDepth(depth: number, argument = 'inputs'): void {
  if (depth > DEEPEST + 1) throw new ArgumentError(argument, `nested at most ${DEEPEST} junctions deep`)
}
