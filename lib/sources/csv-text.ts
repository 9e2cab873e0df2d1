import type { Recipe } from '../kernel/recipe.ts'
import { stepPlan } from '../stages/step.ts'
import type { TextOptions } from './lines.ts'
import { checkEncoding, decoding } from './decoding.ts'
import { gunzipping } from './gunzip.ts'
import { textRecipe, type TextSource } from './text.ts'

/** The text of a table, or its bytes if they are UTF-8. */
export function csvText(
  source: TextSource,
  { encoding: label, invalid = 'replace', gunzip = true }: Omit<TextOptions, 'maxLineLength'>,
): Recipe<string | Uint8Array> {
  const encoding = checkEncoding(label, source)
  const decompress = gunzipping(gunzip ? 'decompress' : 'ignore')
  const decode = stepPlan<unknown, string | Uint8Array>((place) => decoding(encoding, invalid, place))
  return decode(decompress(textRecipe(source)))
}
