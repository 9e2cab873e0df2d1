import { traceOneToOne } from '../kernel/item-origin.ts'
import { readOptions, text } from '../kernel/options.ts'
import { ArgumentError, show } from '../errors.ts'
import { badItem } from './bad-item.ts'
import { stepPlan } from './step.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'

export interface TokenizeOptions {
  /** A BCP 47 language tag, for languages with their own rules of word breaks; none by default. */
  locale?: string | undefined
}

export interface TokenizeMaker<F extends FaceName> {
  /**
   * A stage that yields the words of each text as an array, in their original case: words as Unicode defines them
   * (Standard Annex 29), in any script, without spaces and punctuation. No word spans two texts.
   *
   * Order: the order of the input, 1:1.
   *
   * Memory: one text.
   *
   * Emits when: a text arrives.
   *
   * Completes when: upstream does.
   *
   * Cancels when: the output is closed; upstream is closed with it.
   *
   * Errors: `FormatError` (`ERR_FANPIPE_FORMAT`) for an item that is not a string; `ArgumentError`
   * (`ERR_FANPIPE_ARGUMENT`) for a locale that cannot be used.
   *
   * See also: `ngrams`, `topK`.
   *
   * @example
   * Array.from(tokenize()(["Don't panic: 42 naïve cats!"])) // => [["Don't", 'panic', '42', 'naïve', 'cats']]
   */
  <A extends string = string>(options?: TokenizeOptions): StageOf<F, A, string[]>
}

export const tokenize: TokenizeMaker<'iter'> = (
  options: TokenizeOptions = {},
): SyncStage<string, string[]> => {
  const { locale = 'und' } = readOptions(options, { locale: text })
  const segmenter = segmenterOf(locale)
  return toStage(
    stepPlan((place) => {
      traceOneToOne(place)
      return (item, index) => {
        if (typeof item !== 'string') throw badItem(place, index, `: ${show(item)} is not a string`)
        const words: string[] = []
        for (const { segment, isWordLike } of segmenter.segment(item))
          if (isWordLike === true) words.push(segment)
        return words
      }
    }),
  )
}

function segmenterOf(locale: string): Intl.Segmenter {
  try {
    return new Intl.Segmenter(locale, { granularity: 'word' })
  } catch {
    throw new ArgumentError('locale', 'a BCP 47 language tag', show(locale))
  }
}
