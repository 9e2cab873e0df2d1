import { forkPlan, type ForkOptions } from '../fan-out/fork.ts'
import { toStage, type RunStage } from '../stages/stage.ts'
import type { AnyStage, FaceName, ForeignStageOf, Part, StageOf } from '../stages/stage-types.ts'

export interface Fork<F extends FaceName> {
  /**
   * A stage that passes every item to each of the given stages and yields their outputs as tuples, strictly 1:1.
   *
   * In `fanpipe` a stage may also be a Node Duplex that is strictly 1:1, or better a function that creates one, since
   * an instance works only once. zlib is never 1:1: use `multicast` for it.
   *
   * Order: the order of the input.
   *
   * Memory: if all stages are 1:1, no stage is more than one input ahead of another (law T1). A stage that drops items or
   * yields later than others, such as a window, makes the outputs of the others queue, at most `maxlen` of them.
   *
   * Opens and closes: opens the input at the first demand. Closes it, and every stage, exactly once.
   *
   * Emits when: every stage has yielded its next output.
   *
   * Backpressures when: downstream does.
   *
   * Completes when: all stages do.
   *
   * Cancels when: the output is closed; all stages and the input are closed with it.
   *
   * Errors: `CardinalityError` (`ERR_FANPIPE_CARDINALITY`) if one stage yields fewer outputs than another;
   * `OverflowError` (`ERR_FANPIPE_OVERFLOW`) if more than `maxlen` outputs would queue. A stage's own error arrives
   * unchanged. `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for an argument or option that cannot be used.
   *
   * See also: `multicast`, `tee`, `roundRobin`, `valuesAfter`.
   *
   * Use `multicast` instead when the branches have consumers of their own, or yield different numbers of items.
   *
   * @example
   * const both = fork([map((n: number) => n + 1), map((n: number) => n * 10)])
   * Array.from(both([1, 2])) // => [[2, 10], [3, 20]]
   */
  <A, B>(stages: readonly [Part<A, B> | ForeignStageOf<F>], options?: ForkOptions): StageOf<F, A, [Known<B>]>
  <A, B, C>(
    stages: readonly [Part<A, B> | ForeignStageOf<F>, Part<A, C> | ForeignStageOf<F>],
    options?: ForkOptions,
  ): StageOf<F, A, [Known<B>, Known<C>]>
  <A, B, C, D>(
    stages: readonly [
      Part<A, B> | ForeignStageOf<F>,
      Part<A, C> | ForeignStageOf<F>,
      Part<A, D> | ForeignStageOf<F>,
    ],
    options?: ForkOptions,
  ): StageOf<F, A, [Known<B>, Known<C>, Known<D>]>
  <A, B, C, D, E>(
    stages: readonly [
      Part<A, B> | ForeignStageOf<F>,
      Part<A, C> | ForeignStageOf<F>,
      Part<A, D> | ForeignStageOf<F>,
      Part<A, E> | ForeignStageOf<F>,
    ],
    options?: ForkOptions,
  ): StageOf<F, A, [Known<B>, Known<C>, Known<D>, Known<E>]>
  // past four stages, what one takes is not inferred from the others
  <const S extends readonly (Part<never, unknown> | ForeignStageOf<F>)[]>(
    stages: S,
    options?: ForkOptions,
  ): StageOf<F, InputOf<S>, Outputs<S>>
}

/** The outputs of a fork's stages as one tuple; Node's types do not say what a Duplex yields. */
type Outputs<S extends readonly unknown[]> = {
  -readonly [I in keyof S]: S[I] extends Part<never, infer B> ? Known<B> : unknown
}
type Known<B> = 0 extends 1 & B ? unknown : B

/** What all stages of a fork take. */
type InputOf<S extends readonly unknown[]> = [StageInput<S[number]>] extends [never]
  ? unknown
  : StageInput<S[number]>
type StageInput<P> = P extends AnyStage<infer A, unknown> ? A : never

/** `fork` as a function of a face; `planFor` recognises what the face accepts as a stage. */
export function forkIn(run?: RunStage, planFor?: Parameters<typeof forkPlan>[2]) {
  return (stages: readonly unknown[], options?: ForkOptions): never =>
    toStage(forkPlan(stages, options, planFor), run) as never
}
