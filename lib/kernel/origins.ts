import type { CloseError, SourcePath } from '../errors.ts'
import { isObject } from './guards.ts'

/** An output of fanpipe carries the `Origins` of its latest run here. */
export const ORIGINS: unique symbol = Symbol('fanpipe.origins')

/** Where the errors of one run came from. Kept for each run, because the same error object may be thrown in several. */
export class Origins {
  readonly #paths = new WeakMap<object, SourcePath>()
  readonly #faults = new WeakMap<object, CloseError>()
  readonly #delayed = new WeakMap<object, readonly unknown[]>()
  /** The runs that this one reads from, such as that of a hub. */
  #inner: Set<Origins> | undefined

  /** Records where an error came from. Each junction it passes records it again with a shorter path; the longest is kept. */
  note(error: object, path: SourcePath): void {
    const known = this.#paths.get(error)
    const isPrefix = known !== undefined && path.every(({ index }, i) => index === known[i]?.index)
    if (!isPrefix) this.#paths.set(error, path)
  }

  /** `inner` is the run of an input of this one. */
  include(inner: Origins): void {
    this.#inner ??= new Set()
    this.#inner.add(inner)
  }

  noteFaults(error: object, faults: CloseError): void {
    this.#faults.set(error, faults)
  }

  /** The error stands for these errors of inputs, which were held back until now. */
  noteDelayed(error: object, delayed: readonly unknown[]): void {
    this.#delayed.set(error, delayed)
  }

  delayedIn(error: object): readonly unknown[] | undefined {
    return this.#delayed.get(error)
  }

  pathOf(error: object): SourcePath | undefined {
    return this.#paths.get(error)
  }

  faultsOf(error: object): CloseError | undefined {
    const own = this.#faults.get(error)
    if (own !== undefined || this.#inner === undefined) return own
    for (const inner of this.#inner) {
      const faults = inner.faultsOf(error)
      if (faults !== undefined) return faults
    }
    return undefined
  }
}

/** The run whose output threw the error last. */
const latest = new WeakMap<object, Origins>()

/** The errors that an `AggregateError` contains, and those that these contain in turn. */
export function partsOf(error: unknown): ReadonlySet<unknown> {
  const all = new Set([error])
  for (const each of all) {
    const errors: unknown = each instanceof AggregateError ? each.errors : []
    if (Array.isArray(errors)) for (const part of errors) all.add(part)
  }
  all.delete(error)
  return all
}

/** The output of this run has thrown the error, and with an `AggregateError` its parts. */
export function delivered(error: unknown, origins: Origins): void {
  if (!isObject(error)) return
  latest.set(error, origins)
  for (const part of partsOf(error))
    if (isObject(part) && origins.pathOf(part) !== undefined) latest.set(part, origins)
}

/** The output of this run was destroyed with an error; if another output in the same pipeline threw it, that one counts. */
export function closedWith(error: object, origins: Origins): void {
  if (!latest.has(error)) latest.set(error, origins)
}

/**
 * The path from an output down to the source where an error came from, outermost junction first: the source that failed, or the
 * one whose item was being processed when a junction, a stage or a function of yours threw. `undefined` if the error did not come
 * from a source. If several outputs threw the same error object, `output` selects one of them (its latest run); without it, the
 * output that threw last is used.
 *
 * @example
 * import { chain, sourceOf } from 'fanpipe'
 *
 * function* failing(): Iterable<number> {
 *   throw new Error('disk gone')
 * }
 * const error = await chain([[1, 2], failing]).toArray().catch((error: unknown) => error)
 * sourceOf(error)?.map(({ index }) => index) // => [1]
 */
export function sourceOf(error: unknown, output?: object): SourcePath | undefined {
  return isObject(error) ? originsOf(error, output)?.pathOf(error) : undefined
}

/**
 * The errors that occurred while the inputs were closed after this error; `undefined` if there were none. If several outputs
 * threw the same error object, `output` selects one of them (its latest run); without it, the output that threw last is used.
 *
 * @example
 * import { closeFaultsOf, roundRobin } from 'fanpipe'
 *
 * function* stubborn(): Iterable<number> {
 *   try {
 *     yield 1
 *   } finally {
 *     throw new Error('cannot be closed')
 *   }
 * }
 * function* failing(): Iterable<number> {
 *   throw new Error('disk gone')
 * }
 * const error = await roundRobin([stubborn, failing]).toArray().catch((error: unknown) => error)
 * closeFaultsOf(error)?.faults.map(String) // => ['Error: cannot be closed']
 */
export function closeFaultsOf(error: unknown, output?: object): CloseError | undefined {
  return isObject(error) ? originsOf(error, output)?.faultsOf(error) : undefined
}

function originsOf(error: object, output: object | undefined): Origins | undefined {
  return output === undefined ? latest.get(error) : (output as { readonly [ORIGINS]?: Origins })[ORIGINS]
}
