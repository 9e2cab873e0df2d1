import { FanIn } from '../fan-in/fan-in.ts'
import { InputControls } from '../fan-in/merge-ready/input-controls.ts'
import { mergeReadyJunction, type MergeReadyOptions } from '../fan-in/merge-ready/merge-ready.ts'
import type { InputErrorOptions } from '../fan-in/input-errors.ts'
import { fanInRules, readFanInOptions, type FanInOptions } from '../fan-in/options.ts'
import type { ItemOf, NotText } from '../from/recognise.ts'
import type { Recipe } from '../kernel/recipe.ts'
import type { FaceName, InputsOf, OptionsOf, OutputOf, SourceOf } from '../stages/stage-types.ts'
import type { FaceAdapter, Rules } from './face-adapter.ts'

export interface MergeReady<F extends FaceName> {
  /**
   * The items of all inputs as they arrive, as a Readable (in `fanpipe`), an iterable (`fanpipe/iter`) or an async iterable
   * (`fanpipe/async`).
   *
   * Order: that of arrival, so the output depends on timing and differs from run to run. Only the items of one input keep
   * their order. Inputs that have items ready take turns, so none can starve the others. In `fanpipe/iter`, where every
   * input is always ready, that is a rotation.
   *
   * Memory: holds one item for each open input. With `readAhead: n`, n more of each open input. In `fanpipe`, the
   * Readable also buffers up to its `highWaterMark`.
   *
   * Opens and closes: opens the inputs at the first demand, in order, at most `maxOpen` at once, and the next one
   * when one has ended. `inputs` may be lazy and endless; in `fanpipe` and `fanpipe/async` it may also be an async
   * iterable whose items are the inputs. Without `maxOpen`, each pull opens one more input of a lazy list. Closes
   * every opened input exactly once. `add(source)` adds an input, which is opened at once if `maxOpen` allows;
   * `remove(source)` closes the inputs that were given as this object, and returns whether there were any. An
   * output that was added to, or has `end: false`, can be opened only once.
   *
   * Emits when: any open input has an item.
   *
   * Backpressures when: downstream does.
   *
   * Completes when: all inputs are exhausted; with `end: false`, only after `end()` was called as well.
   *
   * Cancels when: the output is closed; all inputs and a lazy `inputs` are closed with it.
   *
   * Errors: an input's own error arrives unchanged, as soon as it occurs, and closes the other inputs; `sourceOf`
   * tells which input it came from. With `errors` the output continues without an input that fails: with `'delay'`
   * it fails at the end, with an `AggregateError` if there were several errors; a function is called with each
   * error. `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for an argument or option that cannot be used, and for `add`
   * after the end. In `fanpipe` also `NullItemError` (`ERR_FANPIPE_NULL`) for an item that is `null`, and
   * `SourceError` (`ERR_FANPIPE_SOURCE`) for an input that throws a primitive.
   *
   * See also: `roundRobin`, `merge`, `chain`.
   *
   * Use `roundRobin` instead when the order must not depend on timing, and `merge` when the inputs are sorted and the
   * output should be too.
   *
   * @example
   * import { mergeReady } from 'fanpipe'
   *
   * const output = mergeReady([[1, 2], [3]])
   * output.add([4])
   * const items = await output.toArray()
   * items.sort() // => [1, 2, 3, 4]
   *
   * @example
   * import { mergeReady } from 'fanpipe/iter'
   *
   * Array.from(mergeReady([[1, 2], [3]])) // => [1, 3, 2]
   *
   * @example
   * import { mergeReady } from 'fanpipe/async'
   *
   * const items = []
   * for await (const item of mergeReady([[1, 2], [3]], { maxOpen: 1 })) items.push(item)
   * items // => [1, 2, 3]
   */
  <S extends SourceOf<F, unknown> | Iterable<unknown>>(
    inputs: NotText<S, InputsOf<F, S>>,
    options?: FanInOptions & InputErrorOptions & OptionsOf<F> & MergeReadyOptions,
  ): OutputOf<F, ItemOf<S>> & ReadyInputs<F, ItemOf<S>>
}

/** How the output of `mergeReady` gains and loses inputs. */
export interface ReadyInputs<F extends FaceName, T> {
  /** Adds an input after the existing ones. Once the output has ended, it throws an `ArgumentError`, and does not claim the source. */
  add(source: SourceOf<F, T>): void
  /** Closes the inputs that were given as this very object, and returns whether there were any. Never throws. */
  remove(source: SourceOf<F, unknown>): boolean
  /** No more inputs will be added: the output ends when all have ended. */
  end(): void
}

/** Makes the function that a face exports; `rules` are those of the junction's own options. */
export function mergeReadyIn(
  { face, rules: faceRules, wrap }: FaceAdapter<Recipe<unknown>, object>,
  rules: Rules,
) {
  return (inputs: unknown, options: FanInOptions & InputErrorOptions & MergeReadyOptions = {}): never => {
    const settings = readFanInOptions(options, { ...fanInRules, ...faceRules, ...rules })
    const controls = new InputControls<unknown>()
    const recipe = new FanIn(mergeReadyJunction(settings, controls), inputs, face, settings)
    // A Readable can be opened only once in any case.
    controls.attach(recipe, settings, face === 'streams' || settings.end === false)
    const readyInputs: ReadyInputs<'async', unknown> = {
      add: (source) => controls.add(source),
      remove: (source) => controls.remove(source),
      end: () => controls.end(),
    }
    return Object.assign(wrap(recipe, settings), readyInputs) as never
  }
}
