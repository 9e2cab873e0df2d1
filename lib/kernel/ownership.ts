import { ArgumentError } from '../errors.ts'

const given = new WeakSet<object>()

/** Marks a stream as ours; nobody may hand it over again. */
export function takeOver(stream: object, argument: string): void {
  if (given.has(stream))
    throw new ArgumentError(
      argument,
      'a stream of its own',
      'one that was already given to a junction or a stage',
      'multicast lets several read one stream',
    )
  given.add(stream)
}

/** The call that it was given to was refused. */
export function disown(stream: object): void {
  given.delete(stream)
}
