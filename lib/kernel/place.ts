import { ArgumentError, type Origin, type SourcePath, type SourceStep } from '../errors.ts'
import { Origins } from './origins.ts'
import { isObject } from './guards.ts'

/** Where a cursor stands below its root, as a linked list: a path is only written out for an error. */
export class Place implements Origin {
  readonly parent: Place | undefined
  readonly index: number
  /** What is known of errors, for the whole run. */
  readonly origins: Origins
  /** How many cursors stand above, each of which calls down to this one. */
  readonly depth: number
  readonly accepts: 'anything' | 'objects' | 'bytes'
  /** Where bytes and items may pass, but not both. */
  readonly contents: Contents | undefined
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
    origins: Origins,
    contents: Contents | undefined,
  ) {
    this.parent = parent
    this.index = index
    this.#name = name
    this.depth = depth
    this.accepts = accepts
    this.origins = origins
    this.contents = contents
  }

  /** The place of what a face opens, for one run. */
  static root(accepts: Place['accepts'] = 'anything'): Place {
    return new Place(undefined, 0, { label: undefined }, 0, accepts, new Origins(), undefined)
  }

  /** The place of an input. */
  input(
    index: number,
    label: string | undefined,
    depth: number,
    accepts: Place['accepts'],
    contents: Contents | undefined,
  ): Place {
    return new Place(this, index, { label }, depth, accepts, this.origins, contents)
  }

  /** The same place, one cursor further down, below what gives the same items. */
  below(): Place {
    const place = this.#at(this.depth + 1, this.accepts, this.contents)
    place.#wrapper = this
    return place
  }

  /** The same place, below a stage, which takes bytes and items alike. */
  belowStage(): Place {
    return this.#at(this.depth + 1, 'anything')
  }

  accepting(accepts: Place['accepts']): Place {
    const place = this.#at(this.depth, accepts)
    place.#wrapper = this
    return place
  }

  #at(depth: number, accepts: Place['accepts'], contents?: Contents): Place {
    return new Place(this.parent, this.index, this.#name, depth, accepts, this.origins, contents)
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
    this.#itemName = itemName
    for (let place = this.#wrapper; place !== undefined; place = place.#wrapper) place.#itemName = itemName
  }

  /** The item with this index, as a message calls it. */
  item(index: number): string {
    return this.#itemName === undefined ? `item ${index}` : this.#itemName(index)
  }

  /** The same place, for a run of its own: what pulls that is counted while it does. */
  rebased(): Place {
    return this.#at(0, this.accepts)
  }

  path(): SourcePath {
    const steps: SourceStep[] = []
    let { parent, step } = this
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

/** What the inputs of a junction give, all of them: known with the first that is known. */
export class Contents {
  #mode: 'bytes' | 'objects' | undefined
  #first = ''

  /** Throws where an input gives bytes and another gives items. */
  add(mode: 'bytes' | 'objects' | 'unknown', argument: string): void {
    if (mode === 'unknown' || mode === this.#mode) return
    if (this.#mode !== undefined) throw mixed(argument, mode, this.#first)
    this.#mode = mode
    this.#first = argument
  }
}

export function mixed(argument: string, mode: 'bytes' | 'objects', other: string): ArgumentError {
  const [bytes, items] = ['a byte stream', 'a source of items']
  return mode === 'bytes'
    ? new ArgumentError(argument, `${items} as ${other} is`, bytes)
    : new ArgumentError(argument, `${bytes} as ${other} is`, items)
}

/** Shared by all cursors of one input. */
interface Name {
  label: string | undefined
}

/** What a message calls an item, such as `line 1` for index 0. */
export type ItemName = (index: number) => string

/** Notes which input an error came from, and the way on where that is known. */
export function withOrigin<E>(error: E, place: Place, further: SourcePath = []): E {
  if (isObject(error)) place.origins.note(error, [...place.path(), ...further])
  return error
}
