import { toRecipe } from '../from/recognise.ts'
import type { Cursor } from '../kernel/cursor.ts'
import { mixedContents } from '../kernel/contents.ts'
import type { Place } from '../kernel/place.ts'
import { checkDepth } from '../kernel/nesting.ts'
import { rollbackOnThrow } from '../kernel/ownership.ts'
import {
  bytesRefused,
  isByteMode,
  type Mode,
  type ModeOptions,
  type Recipe,
  type Owned,
} from '../kernel/recipe.ts'
import type { Face, Scope } from '../kernel/scope.ts'
import { checkList, refuseBytes } from './check-list.ts'
import type { InputList, InputWrapper } from './input-list.ts'
import { errorPolicyOf } from './error-policy.ts'
import { fail, type ErrorPolicy, type InputErrorOptions } from './input-errors.ts'
import { failAlone } from './fail-alone.ts'
import { Inputs } from './inputs.ts'
import type { Junction } from './junction.ts'
import type { FanInOptions } from './options.ts'
import { readAhead } from './read-ahead.ts'

/**
 * The recipe of a junction over its inputs: an array, recognised at the call, or an iterable or async iterable, read while it
 * runs.
 */
export class FanIn<In, Out = In> implements Recipe<Out>, InputList<In> {
  readonly mode: Mode
  readonly depth: number
  readonly parts: Recipe<In>[] = []
  /** The inputs that `parts` were made from, if the junction finds its inputs by them. */
  readonly given: unknown[] = []
  readonly lazy: Iterable<unknown> | undefined
  readonly asyncList: Recipe<unknown> | undefined
  readonly junction: Junction<In, Out>
  readonly face: Face
  readonly labels: readonly string[]
  readonly bytes: boolean
  readonly wrappers: readonly InputWrapper[]
  readonly errorPolicy: ErrorPolicy
  owned: Owned | undefined

  constructor(
    junction: Junction<In, Out>,
    inputs: unknown,
    face: Face,
    options: FanInOptions & InputErrorOptions & ModeOptions,
  ) {
    const isAsync = checkList(inputs, junction, face)
    this.junction = junction
    this.face = face
    this.labels = options.labels ?? []
    this.bytes = junction.bytes
    this.errorPolicy = errorPolicyOf(options)
    const { readAhead: ahead = 0 } = options
    this.wrappers = [
      ...(ahead === 0 ? [] : [readAhead(ahead)]),
      ...(this.errorPolicy === fail ? [] : [failAlone]),
    ]
    this.lazy = isAsync || Array.isArray(inputs) ? undefined : (inputs as Iterable<unknown>)
    const { parts } = this
    const [mode, depth] = rollbackOnThrow(parts, () => {
      if (Array.isArray(inputs)) {
        for (const [i, input] of inputs.entries()) {
          parts.push(toRecipe<In>(input, `inputs[${i}]`, face))
          if (junction.keepsGiven === true) this.given.push(input)
        }
        this.checkCount(parts.length)
      }
      if (isAsync) {
        const list = toRecipe<unknown>(inputs, 'inputs', face)
        parts.push(list as Recipe<never>) // its items are inputs; it is a part so that it is closed with the others
        refuseBytes(list, inputs)
      }
      const inputMode = isAsync ? 'unknown' : this.#inputMode()
      const mode = junction.output ?? inputMode
      isByteMode(mode, options.objectMode)
      return [mode, this.#depth()] as const
    })
    if (isAsync) this.asyncList = parts[0]
    this.mode = mode
    this.depth = depth
  }

  open(scope: Scope, place: Place): Cursor<Out> {
    const errors = this.errorPolicy(scope, place)
    return errors.wrapOutput(this.junction.open(new Inputs(this, scope, place, errors), scope, place))
  }

  checkCount(count: number): void {
    this.junction.checkCount?.(count)
  }

  unfolds(part: Recipe<In>): part is FanIn<In> {
    if (!(part instanceof FanIn) || part.junction.name !== this.junction.name) return false
    // Wrappers and error policies apply only to a junction's own inputs, so one that has any is not flattened.
    for (const { wrappers, errorPolicy } of [this, part])
      if (wrappers.length > 0 || errorPolicy !== fail) return false
    const [settings, partSettings] = [this.junction.settings, part.junction.settings]
    return (
      settings !== undefined &&
      partSettings !== undefined &&
      settings.every((setting, i) => setting === partSettings[i])
    )
  }

  /** Opening an input takes twice as many stack frames as pulling from it, so each level counts as two. */
  #depth(): number {
    let deepest = 0
    for (const part of this.parts)
      deepest = Math.max(deepest, this.unfolds(part) ? part.depth - 2 : part.depth)
    checkDepth(deepest + 2)
    return deepest + 2
  }

  #inputMode(): Mode {
    const first = this.parts.findIndex((part) => part.mode === 'bytes')
    if (first < 0) {
      return this.parts.length > 0 && this.parts.every((part) => part.mode === 'objects')
        ? 'objects'
        : 'unknown'
    }
    const argument = `inputs[${first}]`
    if (!this.bytes) throw bytesRefused(argument)
    const other = this.parts.findIndex((part) => part.mode === 'objects')
    if (other >= 0) throw mixedContents(`inputs[${other}]`, 'objects', argument)
    return this.parts.every((part) => part.mode === 'bytes') ? 'bytes' : 'unknown'
  }
}
