import { iteratorOnce } from '../../from/iterable.ts'
import { Iteration } from '../../from/iteration.ts'
import { isItem } from '../../kernel/cursor.ts'
import type { Place } from '../../kernel/place.ts'
import type { Scope } from '../../kernel/scope.ts'

/** The first `count` values, or fewer if there are no more; the iterable may be endless, and is closed. */
export function readPadding(
  padding: Iterable<unknown>,
  count: number,
  scope: Scope,
  place: Place,
): readonly unknown[] {
  const iterator = iteratorOnce(padding, padding[Symbol.iterator](), 'padding')
  const iteration = new Iteration(iterator, place.depth + 1)
  const values: unknown[] = []
  while (values.length < count) {
    const value = iteration.next()
    if (!isItem(value)) break
    values.push(value)
  }
  void iteration.end((close) => scope.closing(place, close))
  return values
}
