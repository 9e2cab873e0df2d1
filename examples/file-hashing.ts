/** The files below a folder by their hash and size, each read once. `sha256sum` gives the same. */
import { compose, extensions, fromSource, map, sha256WithSize, walkSource } from 'fanpipe'

/** Lines as `sha256sum` writes them, and the sizes. */
export const hashed = (root: string, wanted: readonly string[]) =>
  compose(
    fromSource(walkSource(root)),
    extensions(wanted),
    sha256WithSize(),
    map(({ path, sha256, size }) => ({ line: `${sha256}  ${path}`, size })),
  )

export async function main(): Promise<void> {
  let [files, bytes] = [0, 0]
  for await (const { line, size } of hashed('lib', ['.ts'])()) {
    files++
    bytes += size
    console.log(line)
  }
  console.log(`${files} files, ${bytes} bytes`)
}
