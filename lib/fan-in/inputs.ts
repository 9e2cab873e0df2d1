import { ArgumentError, show } from '../errors.ts'
import { closeAll, DONE, type Cursor } from '../kernel/cursor.ts'
import { iteratorOnce } from '../from/iterable.ts'
import { Iteration } from '../from/iteration.ts'
import { readOptions, texts, type Rule } from '../kernel/options.ts'
import { Contents, mixed, type Place } from '../kernel/place.ts'
import { checkDepth } from '../kernel/nesting.ts'
import { enter, openLate, release, rollbackOnThrow } from '../kernel/ownership.ts'
import { bytesRefused, isByteMode, type Mode, type Owned, type Recipe } from '../kernel/recipe.ts'
import { runRules, type RunOptions } from '../kernel/root.ts'
import type { Face, Scope } from '../kernel/scope.ts'
import { isSource, sourceAdvice, toRecipe } from '../from/recognise.ts'
import { isObject, isThenable } from '../kernel/guards.ts'

export interface FanInOptions extends RunOptions {
  /** Names of the inputs, in their order, for error messages and `sourceOf`. */
  labels?: readonly string[] | undefined
}

export const fanInRules = { ...runRules, labels: texts } satisfies Record<string, Rule>

/** The options of a fan-in; a second input in their place is met here. */
export function readFanInOptions<O extends object>(options: O, rules: Readonly<Record<string, Rule>>): O {
  if (typeof options === 'string' || isSource(options) || isThenable(options))
    throw new ArgumentError('options', 'an object of options', show(options), 'put the inputs in an array')
  return readOptions(options, rules)
}

/** What was given in the place of a list of inputs is mostly one of them. */
function adviceFor(inputs: unknown, face: Face): string | undefined {
  return isSource(inputs) ? 'put the inputs in an array' : sourceAdvice(inputs, face)
}

interface ModeOptions {
  readonly objectMode?: boolean | undefined
}

/** What makes a junction: two of one kind with equal settings unfold into one. */
export interface Junction<T> {
  readonly name: string
  /** Whether chunks of bytes may go through it as they are. */
  readonly bytes: boolean
  /** Unfolds another of the same name if every one of these is the same; none: never unfolds. */
  readonly settings?: readonly unknown[]
  open(inputs: Inputs<T>, scope: Scope, place: Place): Cursor<T>
}

/** A fan-in over inputs known at the call, or lazyInputs from a lazy iterable when it is opened. */
export class FanIn<T> implements Recipe<T> {
  readonly mode: Mode
  readonly depth: number
  readonly parts: readonly Recipe<T>[]
  readonly lazy: Iterable<unknown> | undefined
  readonly junction: Junction<T>
  readonly face: Face
  readonly labels: readonly string[]
  owned: Owned | undefined

  constructor(junction: Junction<T>, inputs: unknown, face: Face, options: FanInOptions & ModeOptions) {
    if (
      !isObject(inputs) ||
      typeof (inputs as Partial<Iterable<unknown>>)[Symbol.iterator] !== 'function' ||
      inputs instanceof Uint8Array ||
      inputs instanceof String
    ) {
      throw new ArgumentError('inputs', 'an iterable of inputs', show(inputs), adviceFor(inputs, face))
    }
    this.junction = junction
    this.face = face
    this.labels = options.labels ?? []
    this.lazy = Array.isArray(inputs) ? undefined : (inputs as Iterable<unknown>)
    const parts: Recipe<T>[] = []
    this.parts = parts
    const [mode, depth] = rollbackOnThrow(parts, () => {
      if (Array.isArray(inputs))
        for (const [i, input] of inputs.entries()) parts.push(toRecipe<T>(input, `inputs[${i}]`, face))
      const mode = this.#mode()
      isByteMode(mode, options.objectMode)
      return [mode, this.#depth()] as const
    })
    this.mode = mode
    this.depth = depth
  }

  unfolds(part: Recipe<T>): part is FanIn<T> {
    if (!(part instanceof FanIn) || part.junction.name !== this.junction.name) return false
    const [own, its] = [this.junction.settings, part.junction.settings]
    return own !== undefined && its !== undefined && own.every((setting, i) => setting === its[i])
  }

  open(scope: Scope, place: Place): Cursor<T> {
    return this.junction.open(new Inputs(this, scope, place), scope, place)
  }

  /** To open an input takes twice the stack that to pull from it does. */
  #depth(): number {
    let deepest = 0
    for (const part of this.parts)
      deepest = Math.max(deepest, this.unfolds(part) ? part.depth - 2 : part.depth)
    checkDepth(deepest + 2)
    return deepest + 2
  }

  #mode(): Mode {
    const first = this.parts.findIndex((part) => part.mode === 'bytes')
    if (first < 0) {
      return this.parts.length > 0 && this.parts.every((part) => part.mode === 'objects')
        ? 'objects'
        : 'unknown'
    }
    const argument = `inputs[${first}]`
    if (!this.junction.bytes) throw bytesRefused(argument)
    const other = this.parts.findIndex((part) => part.mode === 'objects')
    if (other >= 0) throw mixed(`inputs[${other}]`, 'objects', argument)
    return this.parts.every((part) => part.mode === 'bytes') ? 'bytes' : 'unknown'
  }
}

interface Frame<T> {
  readonly of: FanIn<T>
  readonly lazyInputs: Iteration<unknown> | undefined
  readonly place: Place
  index: number
}

/**
 * The inputs of a fan-in, opened one after the other; junctions of the same kind among them are unfolded by a stack of
 * frames, and an exhausted frame goes before another comes, so that nesting costs neither calls nor memory.
 */
export class Inputs<T> {
  readonly #scope: Scope
  readonly #frames: Frame<T>[] = []
  readonly #contents: Contents | undefined
  /** The place of the input opened last. */
  place: Place

  constructor(of: FanIn<T>, scope: Scope, place: Place) {
    this.#scope = scope
    this.place = place
    if (of.junction.bytes) this.#contents = place.contents ?? new Contents()
    this.#unfold(of, place)
  }

  /** Opens the next input; undefined after the last. */
  open(scope = this.#scope): Cursor<T> | undefined {
    for (let frame = this.#frames.at(-1); frame !== undefined; frame = this.#frames.at(-1)) {
      const part = this.#next(frame)
      if (part === undefined) {
        this.#frames.pop()
        continue
      }
      const { of } = frame
      const index = frame.index++
      const known = frame.lazyInputs === undefined
      if (known && frame.index === of.parts.length) this.#frames.pop()
      const unfolds = of.unfolds(part) && (known || part.parts.length === 0)
      const { bytes } = of.junction
      const depth = frame.place.depth + (unfolds ? 0 : 1)
      this.place = frame.place.input(
        index,
        of.labels[index],
        depth,
        bytes ? frame.place.accepts : 'objects',
        this.#contents,
      )
      this.place.defaultLabel(part.label)
      if (!unfolds) return this.#open(part, index, scope)
      enter(part, this.#scope)
      this.#unfold(part, this.place)
    }
    return undefined
  }

  /** Whatever comes out of an input is an error of that input. */
  #open(part: Recipe<T>, index: number, scope: Scope): Cursor<T> {
    try {
      return openLate(part, `inputs[${index}]`, scope, this.place)
    } catch (error) {
      throw scope.normalizeError(error, this.place)
    }
  }

  /** A list of inputs that fails is an error of the junction, and so of the input that the junction is. */
  #next(frame: Frame<T>): Recipe<T> | undefined {
    try {
      return this.#nextInput(frame)
    } catch (error) {
      throw frame.place.parent === undefined ? error : this.#scope.normalizeError(error, frame.place)
    }
  }

  /** Opens all, each in a scope of its own if need be; those already open are closed if another cannot be. */
  openAll(scopeOf: (index: number) => Scope = () => this.#scope): { cursors: Cursor<T>[]; places: Place[] } {
    const cursors: Cursor<T>[] = []
    const places: Place[] = []
    try {
      for (;;) {
        const cursor = this.open(scopeOf(cursors.length))
        if (cursor === undefined) break
        cursors.push(cursor)
        places.push(this.place)
      }
    } catch (error) {
      void closeAll(cursors)
      void this.close()
      throw error
    }
    return { cursors, places }
  }

  /** Closes the lazy iterables of inputs, and every known input that was not reached. */
  close(): void | Promise<void> {
    return closeAll(this.#frames.splice(0).map((frame) => ({ close: () => this.#leave(frame) })))
  }

  #unfold(of: FanIn<T>, place: Place): void {
    const { lazy } = of
    const lazyInputs =
      lazy === undefined
        ? undefined
        : new Iteration(iteratorOnce(lazy, lazy[Symbol.iterator](), 'inputs'), place.depth + 1)
    this.#frames.push({ of, lazyInputs, place, index: 0 })
  }

  #nextInput(frame: Frame<T>): Recipe<T> | undefined {
    if (frame.lazyInputs === undefined) return frame.of.parts[frame.index]
    const input = frame.lazyInputs.next()
    return input === DONE ? undefined : toRecipe<T>(input, `inputs[${frame.index}]`, frame.of.face)
  }

  #leave(frame: Frame<T>): void | Promise<void> {
    const { lazyInputs } = frame
    if (lazyInputs !== undefined) return lazyInputs.end((close) => this.#scope.closing(frame.place, close))
    return closeAll(
      frame.of.parts
        .slice(frame.index)
        .map((part) => ({ close: () => release(part, this.#scope, frame.place) })),
    )
  }
}
