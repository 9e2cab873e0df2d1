import type { CloseError, SourcePath } from '../errors.ts'
import { isObject } from './guards.ts'

/** Where an output of ours tells of its latest run. */
export const ORIGINS: unique symbol = Symbol('fanpipe.origins')

/** What one run knows of the errors that it fails with: an error object may be thrown in another run too. */
export class Origins {
  readonly #paths = new WeakMap<object, SourcePath>()
  readonly #faults = new WeakMap<object, CloseError>()
  /** The runs that this one reads, such as that of a hub. */
  #inner: Set<Origins> | undefined

  /** Notes where an error came from. A junction above notes it again, and knows less: the longer way counts. */
  note(error: object, path: SourcePath): void {
    const known = this.#paths.get(error)
    const goesOn = known !== undefined && path.every(({ index }, i) => index === known[i]?.index)
    if (!goesOn) this.#paths.set(error, path)
  }

  /** Another run is an input of this one. */
  include(inner: Origins): void {
    this.#inner ??= new Set()
    this.#inner.add(inner)
  }

  noteFaults(error: object, faults: CloseError): void {
    this.#faults.set(error, faults)
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

const latest = new WeakMap<object, Origins>()

/** The output of this run fails with the error. */
export function delivered(error: unknown, origins: Origins): void {
  if (isObject(error)) latest.set(error, origins)
}

/** The output of this run was closed with an error, which may be that of another in the same pipeline. */
export function closedWith(error: object, origins: Origins): void {
  if (!latest.has(error)) latest.set(error, origins)
}

/**
 * The way from an output down to the source that failed with this very error, or made a junction fail with it, outermost
 * junction first; `undefined` where the error came from no source. Of an error object that came out of several outputs,
 * `output` chooses one (in its latest opening); without it the last counts.
 */
export function sourceOf(error: unknown, output?: object): SourcePath | undefined {
  return isObject(error) ? originsOf(error, output)?.pathOf(error) : undefined
}

/**
 * What went wrong while the inputs were closed after this error; `undefined` where all went well. Of an error object that
 * came out of several outputs, `output` chooses one (in its latest opening); without it the last counts.
 */
export function closeFaultsOf(error: unknown, output?: object): CloseError | undefined {
  return isObject(error) ? originsOf(error, output)?.faultsOf(error) : undefined
}

function originsOf(error: object, output: object | undefined): Origins | undefined {
  return output === undefined ? latest.get(error) : (output as { readonly [ORIGINS]?: Origins })[ORIGINS]
}
