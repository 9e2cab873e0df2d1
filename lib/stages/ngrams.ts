import { check, positiveInteger } from '../kernel/options.ts'
import { show } from '../errors.ts'
import { badItem } from './bad-item.ts'
import { stepPlan } from './step.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'
import { isObject } from '../kernel/guards.ts'

export interface NgramsMaker<F extends FaceName> {
  /**
   * A stage that yields the runs of `n` adjacent tokens of each list of tokens, joined by a space. No run spans two
   * lists. It turns one item into many, lazily. After a fan-out, put a `fence` in front of it (law F1).
   *
   * Order: the order of the input.
   *
   * Memory: one list.
   *
   * Emits when: a list has another run.
   *
   * Backpressures when: downstream does, also within a list.
   *
   * Completes when: upstream does.
   *
   * Cancels when: the output is closed; upstream is closed with it.
   *
   * Errors: `FormatError` (`ERR_FANPIPE_FORMAT`) for an item that is not a list of tokens; `ArgumentError`
   * (`ERR_FANPIPE_ARGUMENT`) for an `n` that is not a positive integer.
   *
   * See also: `tokenize`.
   *
   * @example
   * Array.from(ngrams(2)([['to', 'be', 'or'], ['not']])) // => ['to be', 'be or']
   */
  <A extends Iterable<string> = Iterable<string>>(n: number): StageOf<F, A, string>
}

export const ngrams: NgramsMaker<'iter'> = (n: number): SyncStage<Iterable<string>, string> => {
  check(n, 'n', positiveInteger)
  return toStage(
    stepPlan((place) => {
      return (tokens, index) => {
        if (!isObject(tokens) || !(Symbol.iterator in tokens)) {
          const problem = `: ${show(tokens)} is not a list of tokens; tokenize() makes one from a text`
          throw badItem(place, index, problem)
        }
        return ngramsOf(tokens, n)
      }
    }),
  )
}

function* ngramsOf(tokens: Iterable<string>, n: number): Generator<string> {
  const ngram: string[] = []
  for (const token of tokens) {
    ngram.push(token)
    if (ngram.length < n) continue
    yield ngram.join(' ')
    ngram.shift()
  }
}
