import { withOrigin, type Place } from './place.ts'

/** Records which input the item at `place` came from that an error is about. */
export function withItemOrigin<E>(error: E, place: Place, index: number): E {
  return withOrigin(error, place.originOf(index).place)
}

/** The same for what the user's function has thrown over an item that a stage was given. Does nothing if there is no junction. */
export function withInputOrigin(error: unknown, stage: Place, index: number): unknown {
  const { place } = stage.inputOrigin(index)
  return place.parent === undefined ? error : withOrigin(error, place)
}
