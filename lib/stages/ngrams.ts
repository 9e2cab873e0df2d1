import { check, positiveInteger } from '../kernel/options.ts'
import { withOrigin } from '../kernel/place.ts'
import { FormatError, show } from '../errors.ts'
import { stepPlan } from './step.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'
import { isObject } from '../kernel/guards.ts'

export interface NgramsMaker<F extends FaceName> {
  /**
   * A stage that gives the runs of `n` neighbouring tokens of each list of tokens, joined by a space. None spans two
   * lists. An amplifier, lazy inside a list too: F1, after a fan-out `fence` the branch before it.
   *
   * Order: as it comes. Memory: one list. Emits for each run; backpressures when downstream does, also inside a list;
   * completes when upstream does; cancels upstream when it is closed. Errors: `FormatError` (`ERR_FANPIPE_FORMAT`) for an item
   * that is not a list of tokens; `ArgumentError`. Laws: E1, FR, L1, C1, F1.
   *
   * @example
   * Array.from(ngrams(2)([['to', 'be', 'or'], ['not']])) // => ['to be', 'be or']
   */
  (n: number): StageOf<F, Iterable<string>, string>
}

export const ngrams: NgramsMaker<'iter'> = (n: number): SyncStage<Iterable<string>, string> => {
  check(n, 'n', positiveInteger)
  return toStage(
    stepPlan((place) => {
      let next = 0
      return (tokens) => {
        const index = next++
        if (!isObject(tokens) || !(Symbol.iterator in tokens)) {
          const what = `item ${index}: ${show(tokens)} is not a list of tokens; tokenize() makes one from a text`
          throw withOrigin(new FormatError(place, index, what), place)
        }
        return runsOf(tokens, n)
      }
    }),
  )
}

function* runsOf(tokens: Iterable<string>, n: number): Generator<string> {
  const run: string[] = []
  for (const token of tokens) {
    run.push(token)
    if (run.length < n) continue
    yield run.join(' ')
    run.shift()
  }
}
