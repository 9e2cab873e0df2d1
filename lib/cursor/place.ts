import type { SourcePath, SourceStep } from '../errors.ts'

/** Where a cursor stands below its root, as a linked list: a path is only written out for an error. */
export class Place {
  /** The place of whatever a face opens. */
  static readonly top = new Place(undefined, 0, undefined, 0, 'anything')
  /** The same, of an output in byte mode. */
  static readonly bytes = new Place(undefined, 0, undefined, 0, 'bytes')

  readonly parent: Place | undefined
  readonly index: number
  readonly label: string | undefined
  /** How many cursors stand above, each of which calls down to this one. */
  readonly depth: number
  readonly accepts: 'anything' | 'objects' | 'bytes'

  constructor(
    parent: Place | undefined,
    index: number,
    label: string | undefined,
    depth: number,
    accepts: Place['accepts'],
  ) {
    this.parent = parent
    this.index = index
    this.label = label
    this.depth = depth
    this.accepts = accepts
  }

  /** The same place, one cursor further down; behind a stage anything is welcome. */
  below(accepts: Place['accepts'] = this.accepts): Place {
    return new Place(this.parent, this.index, this.label, this.depth + 1, accepts)
  }

  accepting(accepts: Place['accepts']): Place {
    return new Place(this.parent, this.index, this.label, this.depth, accepts)
  }

  path(): SourcePath {
    const steps: SourceStep[] = []
    let [parent, step] = [this.parent, this.step]
    while (parent !== undefined) {
      steps.push(step)
      ;({ parent, step } = parent)
    }
    return steps.reverse()
  }

  private get step(): SourceStep {
    return { index: this.index, label: this.label }
  }
}

const origins = new WeakMap<object, SourcePath>()

/** Notes which source an error came from; the first to know is right. */
export function blamed<E>(error: E, place: Place): E {
  if (isObject(error) && !origins.has(error)) origins.set(error, place.path())
  return error
}

/** An error from below a hub comes out at one of its branches: the way to its source begins there. */
export function relocated<E>(error: E, place: Place): E {
  const path = isObject(error) ? origins.get(error) : undefined
  if (path !== undefined) origins.set(error as object, [...place.path(), ...path])
  return error
}

/**
 * The way from an output down to the source that failed with this very error, or made a junction fail with it, outermost
 * junction first; `undefined` where the error came from no source.
 */
export function sourceOf(error: unknown): SourcePath | undefined {
  return isObject(error) ? origins.get(error) : undefined
}

export const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function'
