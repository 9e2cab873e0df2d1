import type { Origin, SourcePath, SourceStep } from '../errors.ts'
import type { Contents } from './contents.ts'
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
  #trace: Trace | undefined
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

  /** The place of a source that the stage at this place has made of an item. */
  ofOutputs(label: string | undefined): Place {
    const name = { label: label ?? this.label }
    return new Place(this.parent, this.index, name, this.depth + 1, 'anything', this.origins, undefined)
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

  /** Sets how the items here are traced to those of an input or of the upstream. Items that are not traced begin here. */
  traceItems(trace: Trace): void {
    this.#trace = trace
    for (let place = this.#wrapper; place !== undefined; place = place.#wrapper) place.#trace = trace
  }

  /** Where the item with this index comes from, as far up as it can be traced. */
  originOf(index: number): ItemOrigin {
    return this.#trace?.(index) ?? { place: this, index }
  }

  /** Where an item comes from that the stage at this place was given. */
  inputOrigin(index: number): ItemOrigin {
    return (this.#upstream as Place).originOf(index)
  }

  /** How a message refers to the item with this index. If that comes from an input of a junction, it names both. */
  item(index: number): string {
    const { place, index: traced } = this.originOf(index)
    const name = place.#itemNames?.name(traced)
    const item = `item ${index}`
    if (place.#name === this.#name) return name ?? item
    const source = place.label ?? `input ${place.index}`
    return `${item} (${source}, ${name ?? `item ${traced}`})`
  }

  /** Whether messages refer to the items here by names of their own. */
  get hasNames(): boolean {
    return this.#itemNames !== undefined
  }

  /** The line in which the item with this index begins, if it is known. */
  line(index: number): number | undefined {
    return this.#itemNames?.line(index)
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

/** An object, because the label may be set late and all places of one input share it. */
interface Name {
  label: string | undefined
}

/** An item of a source. */
export interface ItemOrigin {
  readonly place: Place
  readonly index: number
}

/** Finds where an item comes from; undefined if that is not known, or not any more. */
export type Trace = (index: number) => ItemOrigin | undefined

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
