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

  /** The top of one run; `depth` cursors are on the stack above it whenever it is pulled. */
  static root(accepts: Place['accepts'] = 'anything', depth = 0): Place {
    return new Place(undefined, 0, { label: undefined }, depth, accepts, new Origins(), undefined)
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

  /** The same position in the path, below a stage, which accepts bytes as well. The first such place is that of the upstream. */
  belowStage(): Place {
    const place = this.#at(this.depth + 1, 'anything')
    this.#upstream ??= place
    return place
  }

  /** The place of a source that a step of the stage at this place has returned, such as a generator. */
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

  /** Sets how messages refer to the items of this source, here and above cursors that pass them on unchanged. */
  nameItems(itemNames: ItemNames): void {
    this.#itemNames = itemNames
    for (let place = this.#wrapper; place !== undefined; place = place.#wrapper) place.#itemNames = itemNames
  }

  /** Sets how to find the item of an input or of the upstream that an item here came from. */
  traceItems(trace: Trace): void {
    this.#trace = trace
    for (let place = this.#wrapper; place !== undefined; place = place.#wrapper) place.#trace = trace
  }

  /** Where the item with this index came from, as far up as it can be traced; otherwise it counts as an item of this place. */
  originOf(index: number): ItemOrigin {
    return this.#trace?.(index) ?? { place: this, index }
  }

  /** Where an item that the stage at this place was given came from. */
  inputOrigin(index: number): ItemOrigin {
    return (this.#upstream as Place).originOf(index)
  }

  /** How a message refers to the item with this index: as `line 3`, or behind a junction as `item 2 (b.log, line 1)`. */
  item(index: number): string {
    const { place, index: traced } = this.originOf(index)
    const name = place.#itemNames?.name(traced)
    const item = `item ${index}`
    const isOfThisInput = place.#name === this.#name
    if (isOfThisInput) return name ?? item
    const source = place.label ?? `input ${place.index}`
    return `${item} (${source}, ${name ?? `item ${traced}`})`
  }

  /** Whether the items here have names, such as `line 1`. */
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

/** The item of a source or input that another item came from. */
export interface ItemOrigin {
  readonly place: Place
  readonly index: number
}

/** Finds where an item came from; undefined if that is not known, or no longer. */
export type Trace = (index: number) => ItemOrigin | undefined

/** How messages refer to the items of a source. */
export interface ItemNames {
  /** Such as `line 1` for index 0; undefined if it is no longer known. */
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
