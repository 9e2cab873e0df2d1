/** Functions that consume an output to its end. */

/** Collects all items, and the error if there was one. */
export const drained = async <T>(source: AsyncIterable<T>): Promise<{ items: T[]; error?: unknown }> => {
  const items: T[] = []
  try {
    for await (const item of source) items.push(item)
    return { items }
  } catch (error) {
    return { items, error }
  }
}

/** Collects all items. */
export const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const seen: T[] = []
  for await (const item of items) seen.push(item)
  return seen
}
