/** Documents of several sources, cleaned and cut into overlapping chunks for a search index; read again on every run. */
import { readFile } from 'node:fs/promises'
import {
  chain,
  compose,
  fence,
  filter,
  fromSource,
  many,
  map,
  pipe,
  slidingWindow,
  stage,
  walkSource,
} from 'fanpipe'
import type { Source, WindowOptions } from 'fanpipe'

export interface ChunkOptions {
  readonly size: number
  readonly overlap: number
  readonly tail: NonNullable<WindowOptions<string>['tail']>
  readonly maxChunks: number
}

const clean = (text: string): string => text.normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim()

/** The chunks of all documents, source after source; no chunk goes over the end of its document. */
export function chunks(sources: readonly Source<string>[], { size, overlap, tail, maxChunks }: ChunkOptions) {
  const windows = slidingWindow<string>(size, { step: size - overlap, tail, fill: '' })
  return compose(
    fromSource(() => chain(sources)),
    map(clean),
    filter((text: string) => text !== ''),
    stage<string, string[]>(() => (text) => many(windows(text.split(' ')))),
    map((words) => words.join(' ').trimEnd()),
    fence<string>(maxChunks),
  )
}

export async function main(): Promise<void> {
  const readmes = (root: string) =>
    compose(
      fromSource(walkSource(root, { extensions: ['.md'] })),
      map((path) => readFile(path, 'utf8')),
    )
  const sources = ['node_modules/split2', 'node_modules/csv-parser'].map((root) => () => readmes(root)())
  const cut = chunks(sources, { size: 40, overlap: 10, tail: 'emit-short', maxChunks: 12 })
  for await (const chunk of cut()) console.log(`- ${chunk}`)
  const again = await pipe(cut()).toArray()
  console.log(`${again.length} chunks, and as many again`)
}
