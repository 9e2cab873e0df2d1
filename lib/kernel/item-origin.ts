import { withOrigin, type Place, type Trace } from './place.ts'

/** Lets errors about the items of the cursor at this place name the items of its inputs that they came from. */
export function traced<C extends { originOf: Trace }>(cursor: C, place: Place): C {
  place.traceItems((index) => cursor.originOf(index))
  return cursor
}

/** Each item that the stage at this place outputs is made from the item with the same index that it was given. */
export function traceOneToOne(stage: Place): void {
  stage.traceItems((index) => stage.inputOrigin(index))
}

/** Records which input an item at `place` came from, for an error about that item. */
export function withItemOrigin<E>(error: E, place: Place, index: number): E {
  return withOrigin(error, place.originOf(index).place)
}

/**
 * Records which input an item of a stage came from, for what the user's function has thrown over that item. Does nothing if there
 * is no junction above the stage.
 */
export function withInputOrigin(error: unknown, stage: Place, index: number): unknown {
  const { place } = stage.inputOrigin(index)
  return place.parent === undefined ? error : withOrigin(error, place)
}
