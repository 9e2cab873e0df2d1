/** One step of the path from an output down to an input. */
export interface SourceStep {
  /** The index among the inputs of a junction, from 0. */
  readonly index: number
  /** The name from the junction's `labels`, or the source's own name. */
  readonly label: string | undefined
}

/** The path to an input, outermost junction first; empty if the source is not an input of a junction. */
export type SourcePath = readonly SourceStep[]

/** Where an error comes from: the source below an output, and what messages call the source and its items. */
export interface Origin {
  readonly label: string | undefined
  path(): SourcePath
  /** What a message calls the item with this index. */
  item(index: number): string
}

/** The source at a path, such as `input 2 (access.log) > 0` for indexes 2 and 0 of nested junctions, the first labelled. */
export function describeSource(path: SourcePath, label?: string): string {
  if (path.length === 0) return label ?? 'the source'
  return (
    'input ' +
    path.map(({ index, label }) => (label === undefined ? `${index}` : `${index} (${label})`)).join(' > ')
  )
}

/** The index of an input among those of its own junction. */
export const sourceIndex = (path: SourcePath): number => path.at(-1)?.index ?? 0
