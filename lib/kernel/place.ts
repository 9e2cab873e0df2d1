import { ArgumentError, type Origin, type SourcePath, type SourceStep } from '../errors.ts'
import { Origins, partsOf } from './origins.ts'
import { isObject } from './guards.ts'

/** The position of a cursor below its root: a linked list, written out as a path only for an error. */
export class Place implements Origin {
  readonly parent: Place | undefined
  readonly index: number
  /** Shared by the whole run. */
  readonly origins: Origins
  /** How many cursors are on the stack above this one while it is pulled. */
  readonly depth: number
  readonly accepts: 'anything' | 'objects' | 'bytes'
  /** Set if the inputs of the junction must all give bytes or all give items. */
  readonly contents: Contents | undefined
  readonly #name: Name
  /** The place of the cursor above, if that passes on the same items unchanged. */
  #wrapper: Place | undefined
  #itemNames: ItemNames | undefined
  /** The place of the upstream, if this is the place of a stage. */
  #upstream: Place | undefined

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

  /** The top of one run. */
  static root(accepts: Place['accepts'] = 'anything'): Place {
    return new Place(undefined, 0, { label: undefined }, 0, accepts, new Origins(), undefined)
  }

  /** The place of an input of the junction at this place. */
  input(
    index: number,
    label: string | undefined,
    depth: number,
    accepts: Place['accepts'],
    contents: Contents | undefined,
  ): Place {
    return new Place(this, index, { label }, depth, accepts, this.origins, contents)
  }

  /** The same position in the path, one cursor deeper, below a cursor that passes its items on unchanged. */
  below(): Place {
    const place = this.#at(this.depth + 1, this.accepts, this.contents)
    place.#wrapper = this
    return place
  }

  /** The same position in the path, below a stage: that changes the items, and accepts bytes as well. */
  belowStage(): Place {
    const place = this.#at(this.depth + 1, 'anything')
    this.#upstream ??= place
    return place
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

  /** Uses the source's own name unless the option `labels` has set one. */
  defaultLabel(label: string | undefined): void {
    this.#name.label ??= label
  }

  /** Sets how messages refer to the items of this source. A stage whose items are others has no such names. */
  nameItems(itemNames: ItemNames): void {
    this.#itemNames = itemNames
    for (let place = this.#wrapper; place !== undefined; place = place.#wrapper) place.#itemNames = itemNames
  }

  /** How a message refers to the item with this index. */
  item(index: number): string {
    return this.#itemNames?.name(index) ?? `item ${index}`
  }

  /** How a message of a stage refers to an item that it was given; undefined if the source has no names for its items. */
  inputName(index: number): string | undefined {
    return this.#inputNames?.name(index)
  }

  /** The line in which an item begins that a stage was given, if it is known. */
  inputLine(index: number): number | undefined {
    return this.#inputNames?.line(index)
  }

  get #inputNames(): ItemNames | undefined {
    return (this.#upstream as Place).#itemNames
  }

  /** The same position for a separate run: its depth starts at 0, as `nesting` counts the cursors above it while it is pulled. */
  rebased(): Place {
    return this.#at(0, this.accepts)
  }

  /** For the list of inputs of the junction at this place. It is not an input itself, so its errors have no path in this run. */
  ofList(): Place {
    return new Place(
      undefined,
      0,
      { label: 'the list of inputs' },
      this.depth + 1,
      'objects',
      new Origins(),
      undefined,
    )
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

/** Whether the inputs of a junction give bytes or items; the first input whose mode is known decides for all. */
export class Contents {
  #mode: 'bytes' | 'objects' | undefined
  /** The argument that decided, for the message. */
  #first = ''

  /** Throws if this input gives bytes and another gives items, or the other way round. */
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

/** An object, because the label may be set late and all places of one input share it. */
interface Name {
  label: string | undefined
}

/** How messages refer to the items of a source. */
export interface ItemNames {
  /** Such as `line 1` for index 0; undefined if it is not known any more. */
  name(index: number): string | undefined
  /** The line of the text in which the item begins, from 1, if it is known. */
  line(index: number): number | undefined
}

/** Records which input an error came from. `below` continues the path from there, if the input is itself a junction. */
export function withOrigin<E>(error: E, place: Place, below: SourcePath = []): E {
  if (isObject(error)) place.origins.note(error, [...place.path(), ...below])
  return error
}

/**
 * Takes over what the run `inner`, which is read at this place, knows of the parts of an error. The path of the error itself is
 * continued by `withOrigin`.
 */
export function takeOverParts(error: unknown, place: Place, inner: Origins): void {
  const delayed = isObject(error) ? inner.delayedIn(error) : undefined
  if (delayed !== undefined) place.origins.noteDelayed(error as object, delayed)
  for (const part of partsOf(error)) {
    const path = isObject(part) ? inner.pathOf(part) : undefined
    if (path !== undefined) withOrigin(part, place, path)
  }
}
