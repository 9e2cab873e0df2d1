import type { DONE } from '../kernel/cursor.ts'
import { closeAll, isItem, PENDING, type Cursor, type Step } from '../kernel/cursor.ts'
import { traced, traceOneToOne } from '../kernel/item-origin.ts'
import { openWithin } from '../kernel/open-within.ts'
import { openRecipe } from '../kernel/ownership.ts'
import type { Scope } from '../kernel/scope.ts'
import type { Source } from '../from/recognise.ts'
import { Closing } from '../kernel/closing.ts'
import { fromSourcePlan } from './from-source.ts'
import type { ItemOrigin } from '../kernel/place.ts'
import { planOf, type Plan } from './plan.ts'
import { SKIP, StepCursor } from './step-cursor.ts'
import { NO_SOURCE, toStage } from './stage.ts'
import type { FaceName, SourceOf, StageOf, SyncStage } from './stage-types.ts'

export interface CompressMaker<F extends FaceName> {
  /**
   * A stage that yields the items for which the selector at the same position is truthy.
   *
   * Order: the order of the input.
   *
   * Memory: one selector.
   *
   * Opens and closes: opens upstream on the first demand, then the selectors; takes each selector before its item.
   *
   * Emits when: an item is selected.
   *
   * Completes when: either upstream or the selectors end.
   *
   * Cancels when: the output is closed, or one of the two ends; the other is closed then.
   *
   * Errors: those of the selectors, unchanged. `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for selectors that are not a
   * source.
   *
   * See also: `filter`.
   *
   * @example
   * Array.from(compress([1, 0, 1])(['a', 'b', 'c', 'd'])) // => ['a', 'c']
   */
  <A>(selectors: SourceOf<F, unknown>): StageOf<F, A, A>
}

export const compress: CompressMaker<'iter'> = <A>(selectors: Source<unknown>): SyncStage<A, A> => {
  const pairs = pairsPlan<A>(selectors)
  const selected = planOf<Pair<A>, A>((open, scope, place) =>
    traced(new SelectedCursor<A>(open(), scope, place, 'selectors'), place),
  )
  return toStage((upstream) => selected(pairs(upstream)))
}

interface Pair<A> {
  readonly item: A
  readonly selector: unknown
}

/** A selector that is a promise is awaited; an item is not. */
class SelectedCursor<A> extends StepCursor<Pair<A>, A> {
  #index = 0
  #selected = 0
  /** The index of the latest selected item upstream. */
  #latest = -1

  protected override run(pair: Pair<A>): unknown {
    this.#index++
    return pair.selector
  }

  protected override settle(selector: unknown, pair: Pair<A>): A | typeof SKIP {
    if (!selector) return SKIP
    this.#selected++
    this.#latest = this.#index - 1
    return pair.item
  }

  protected override get inputIndex(): number {
    return this.#index - 1
  }

  /** Known only of the latest selected item. */
  originOf(index: number): ItemOrigin | undefined {
    return index === this.#selected - 1 ? this.inputOrigin(this.#latest) : undefined
  }
}

function pairsPlan<A>(selectors: Source<unknown>): Plan<A, Pair<A>> {
  const selecting = fromSourcePlan(selectors, 'selectors')
  return (upstream) => {
    const recipe = selecting(NO_SOURCE)
    return {
      mode: 'objects',
      depth: Math.max(upstream.depth, recipe.depth) + 1,
      label: upstream.label,
      parts: [upstream, recipe],
      open(scope, place) {
        const below = place.belowStage()
        traceOneToOne(place)
        const items = openRecipe(upstream, scope, below)
        try {
          return new PairCursor(items, openWithin(recipe, 'selectors', scope, place.belowStage()), scope)
        } catch (error) {
          void items.close()
          throw error
        }
      },
    }
  }
}

/** No selector has been taken for the next item yet. */
const UNKNOWN: unique symbol = Symbol('fanpipe.unknown')

class PairCursor<A> implements Cursor<Pair<A>> {
  readonly #items: Cursor<A>
  readonly #selectors: Cursor<unknown>
  readonly #scope: Scope
  #selector: unknown = UNKNOWN
  /** Set when one input has ended: closes the other. */
  #closing: Closing | undefined

  constructor(items: Cursor<A>, selectors: Cursor<unknown>, scope: Scope) {
    this.#items = items
    this.#selectors = selectors
    this.#scope = scope
  }

  next(): Step<Pair<A>> {
    if (this.#closing !== undefined) return this.#closing.step()
    if (this.#selector === UNKNOWN) {
      const selector = this.#selectors.next()
      if (!isItem(selector)) return selector === PENDING ? PENDING : this.#end(this.#items)
      this.#selector = selector
    }
    const item = this.#items.next()
    if (!isItem(item)) return item === PENDING ? PENDING : this.#end(this.#selectors)
    const pair = { item, selector: this.#selector }
    this.#selector = UNKNOWN
    return pair
  }

  close(): void | Promise<void> {
    return closeAll([this.#items, this.#selectors])
  }

  #end(longer: Cursor<unknown>): typeof PENDING | typeof DONE {
    this.#closing = new Closing(longer, this.#scope)
    void this.#closing.begin()
    return this.#closing.step()
  }
}
