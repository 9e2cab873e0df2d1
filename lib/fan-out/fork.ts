import { closeAll, DONE, PENDING, type Cursor, type Step } from '../cursor/cursor.ts'
import { checkOptions, count } from '../cursor/options.ts'
import type { Place } from '../cursor/place.ts'
import type { Recipe } from '../cursor/recipe.ts'
import type { Scope } from '../cursor/scope.ts'
import { ArgumentError, CardinalityError } from '../errors.ts'
import type { Plan } from '../stages/plan.ts'
import { toPlan, toStage, type Part, type Stage } from '../stages/stage.ts'
import { Hub } from './hub.ts'

export interface ForkOptions {
  /** How far one stage's outputs may queue for another's, in items of the input; 1024 by default. */
  maxlen?: number | undefined
}

/** What the stages of a fork give, as one tuple. */
export type Outputs<S extends readonly unknown[]> = {
  -readonly [I in keyof S]: S[I] extends Part<never, infer B> ? B : unknown
}

/** What all stages of a fork take. */
export type InputOf<S extends readonly unknown[]> = S[number] extends Stage<infer A, unknown> ? A : never

/**
 * A stage that gives every item to every one of the stages, and their outputs as tuples, strictly 1:1.
 *
 * Order: as the input has it. Memory: T1, the stages' inputs differ by at most one where all are 1:1; a stage with a
 * warm-up, or one that drops, makes its partners lag, by at most `maxlen`. Opens the input at the first demand. Emits when
 * every stage has given its next output; backpressures when downstream does; completes when all stages do; cancels all of
 * them and the input when it is closed. Errors: `CardinalityError` (`ERR_FANPIPE_CARDINALITY`) when one stage gives fewer
 * outputs than another, `OverflowError` (`ERR_FANPIPE_OVERFLOW`) past `maxlen`, a stage's own, unchanged. Laws: E1, FR,
 * T1, L1, C1, X1.
 *
 * @example
 * const both = fork([map((n: number) => n + 1), map((n: number) => n * 10)])
 * [...both([1, 2])] // => [[2, 10], [3, 20]]
 */
export function fork<const S extends readonly Part<never, unknown>[]>(
  stages: S,
  options?: ForkOptions,
): Stage<InputOf<S>, Outputs<S>> {
  return toStage(forkPlan(stages, options)) as Stage<InputOf<S>, Outputs<S>>
}

export function forkPlan<T>(
  stages: readonly unknown[],
  options: ForkOptions | undefined,
  planFor: (part: unknown, argument: string) => Plan<unknown, unknown> = toPlan,
): Plan<T, unknown[]> {
  checkOptions(options, { maxlen: count })
  if (!Array.isArray(stages) || stages.length === 0)
    throw new ArgumentError('stages', 'an array of one stage or more')
  const plans = stages.map((part, i) => planFor(part, `stages[${i}]`))
  return (upstream) => ({
    mode: 'objects',
    depth: upstream.depth + 2,
    parts: [upstream],
    open: (scope, place) => new ForkCursor(upstream, plans, options?.maxlen ?? 1024, scope, place),
  })
}

/** What a stage answered in this round: its output, its end, or its error; `PENDING` before that. */
type Answer = { readonly value: unknown } | { readonly error: unknown } | typeof DONE | typeof PENDING

class ForkCursor<T> implements Cursor<unknown[]> {
  readonly #hub: Hub<T>
  readonly #outputs: Cursor<unknown>[] = []
  #answers: Answer[]
  #index = 0

  constructor(
    upstream: Recipe<T>,
    stages: readonly Plan<T, unknown>[],
    maxlen: number,
    scope: Scope,
    place: Place,
  ) {
    const settings = stages.map(() => ({ maxlen, overflow: 'fail' }) as const)
    this.#hub = new Hub(upstream, settings, scope.face, {}, place.below('anything'))
    this.#answers = stages.map(() => PENDING)
    const below = place.below('anything').below()
    try {
      for (const branch of this.#hub.branches)
        this.#outputs.push((stages[branch.index] as Plan<T, unknown>)(branch).open(scope, below))
    } catch (error) {
      void this.close()
      throw error
    }
  }

  /** All stages work on a round side by side; what they answer is judged in their order, whoever is quicker. */
  next(): Step<unknown[]> {
    const answers = this.#answers
    for (let i = 0; i < answers.length; i++) if (answers[i] === PENDING) answers[i] = this.#ask(i)
    for (const answer of answers) {
      if (answer === PENDING) return PENDING
      if (typeof answer === 'object' && 'error' in answer) throw answer.error
    }
    const shorter = answers.indexOf(DONE)
    if (shorter >= 0) {
      const longer = answers.findIndex((answer) => answer !== DONE)
      if (longer >= 0) throw new CardinalityError(this.#index, shorter, longer)
      return DONE
    }
    this.#index++
    this.#answers = answers.map(() => PENDING)
    return answers.map((answer) => (answer as { value: unknown }).value)
  }

  close(): void | Promise<void> {
    return closeAll([...this.#outputs, this.#hub])
  }

  #ask(i: number): Answer {
    try {
      const step = (this.#outputs[i] as Cursor<unknown>).next()
      return step === PENDING || step === DONE ? step : { value: step }
    } catch (error) {
      return { error }
    }
  }
}
