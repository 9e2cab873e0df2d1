import { KeyError } from '../../errors.ts'
import { ignoreRejection } from '../../kernel/awaited.ts'
import { withItemOrigin } from '../../kernel/item-origin.ts'
import { timeProblem } from '../key-problems.ts'
import type { TimedInput } from './timed-input.ts'

/** The time of the next item of an input as a number; throws a KeyError if it is none. */
export function checkedTime(given: unknown, item: unknown, input: TimedInput<unknown>): number {
  if (typeof given === 'number' && Number.isFinite(given)) return given
  return timeOfDate(given, item, input)
}

function timeOfDate(given: unknown, item: unknown, { place, count }: TimedInput<unknown>): number {
  const time = given instanceof Date ? given.getTime() : NaN
  if (!Number.isNaN(time)) return time
  ignoreRejection(given)
  throw withItemOrigin(new KeyError(place, count, given, timeProblem(given, item)), place, count)
}
