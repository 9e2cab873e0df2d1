import { openRecipe } from './ownership.ts'
import type { ItemNames } from './place.ts'
import type { Recipe } from './recipe.ts'

/** The same recipe with a fixed mode: if its mode is not known yet, it is checked when it is opened. */
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

/** The same recipe with a label, and optionally with a names for its items in error messages (`line 3`). */
export function named<T>(recipe: Recipe<T>, label: string | undefined, itemNames?: ItemNames): Recipe<T> {
  return {
    mode: recipe.mode,
    depth: recipe.depth,
    label,
    parts: [recipe],
    open(scope, place) {
      if (itemNames !== undefined) place.nameItems(itemNames)
      return openRecipe(recipe, scope, place)
    },
  }
}
