import type { Origin, SourcePath, SourceStep } from '../errors.ts'

/** Where a cursor stands below its root, as a linked list: a path is only written out for an error. */
export class Place implements Origin {
  readonly parent: Place | undefined
  readonly index: number
  /** How many cursors stand above, each of which calls down to this one. */
  readonly depth: number
  readonly accepts: 'anything' | 'objects' | 'bytes'
  readonly #name: Name
  /** The place of the cursor above, where that gives the very same items. */
  #wrapper: Place | undefined
  #itemName: ItemName | undefined

  constructor(
    parent: Place | undefined,
    index: number,
    name: Name,
    depth: number,
    accepts: Place['accepts'],
  ) {
    this.parent = parent
    this.index = index
    this.#name = name
    this.depth = depth
    this.accepts = accepts
  }

  /** The place of what a face opens, for one run. */
  static root(accepts: Place['accepts'] = 'anything'): Place {
    return new Place(undefined, 0, { label: undefined }, 0, accepts)
  }

  /** The place of an input. */
  input(index: number, label: string | undefined, depth: number, accepts: Place['accepts']): Place {
    return new Place(this, index, { label }, depth, accepts)
  }

  /** The same place, one cursor further down, below what gives the same items. */
  below(): Place {
    const place = new Place(this.parent, this.index, this.#name, this.depth + 1, this.accepts)
    place.#wrapper = this
    return place
  }

  /** The same place, below a stage, which takes bytes and items alike. */
  belowStage(): Place {
    return new Place(this.parent, this.index, this.#name, this.depth + 1, 'anything')
  }

  accepting(accepts: Place['accepts']): Place {
    const place = new Place(this.parent, this.index, this.#name, this.depth, accepts)
    place.#wrapper = this
    return place
  }

  get label(): string | undefined {
    return this.#name.label
  }

  /** The source's own name, where the junction has not given it one. */
  defaultLabel(label: string | undefined): void {
    this.#name.label ??= label
  }

  /** What messages call the items of this source; not those that a stage makes of them. */
  nameItems(itemName: ItemName): void {
    for (let place: Place | undefined = this; place !== undefined; place = place.#wrapper)
      place.#itemName = itemName
  }

  /** The item with this index, as a message calls it. */
  item(index: number): string {
    return this.#itemName === undefined ? `item ${index}` : this.#itemName(index)
  }

  path(): SourcePath {
    const steps: SourceStep[] = []
    for (let place: Place = this; place.parent !== undefined; place = place.parent)
      steps.push({ index: place.index, label: place.label })
    return steps.reverse()
  }
}

/** Shared by all cursors of one input. */
interface Name {
  label: string | undefined
}

/** What a message calls an item, such as `line 1` for index 0. */
export type ItemName = (index: number) => string

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
