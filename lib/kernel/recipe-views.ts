import { openRecipe } from './ownership.ts'
import type { ItemName } from './place.ts'
import type { Recipe } from './recipe.ts'

/** A recipe whose output is known to be in a mode before it is opened, and is held to that when it is. */
export function inMode<T>(recipe: Recipe<T>, mode: 'bytes' | 'objects'): Recipe<T> {
  if (recipe.mode === mode) return recipe
  return {
    mode,
    depth: recipe.depth,
    label: recipe.label,
    parts: [recipe],
    open: (scope, place) =>
      openRecipe(recipe, scope, place.accepting(mode === 'bytes' ? 'bytes' : 'anything')),
  }
}

/** The recipe of a source that knows its name, and what its items are called in messages. */
export function named<T>(recipe: Recipe<T>, label: string | undefined, itemName?: ItemName): Recipe<T> {
  return {
    mode: recipe.mode,
    depth: recipe.depth,
    label,
    parts: [recipe],
    open(scope, place) {
      if (itemName !== undefined) place.nameItems(itemName)
      return openRecipe(recipe, scope, place)
    },
  }
}
