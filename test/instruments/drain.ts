/** Consumers. */

/** What came, and what it failed with. */
export const drained = async <T>(source: AsyncIterable<T>): Promise<{ items: T[]; error?: unknown }> => {
  const items: T[] = []
  try {
    for await (const item of source) items.push(item)
    return { items }
  } catch (error) {
    return { items, error }
  }
}

/** Everything there is. */
export const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const seen: T[] = []
  for await (const item of items) seen.push(item)
  return seen
}
