// stages as arguments of Node's `pipeline`, whose types are less exact than those of `pipe`
import { pipeline } from 'node:stream/promises'
import * as f from 'fanpipe'

await pipeline(f.merge([['a']]), f.toLines(), process.stdout)
await pipeline(
  f.merge([['a']]),
  f.map((line: string) => line.trim()),
  f.toLines(),
  process.stdout,
)
await pipeline(
  f.lineSource('a'),
  f.map((line: string) => line.trim()),
  f.multiline({ start: /x/ }),
  f.toLines(),
  process.stdout,
)
await pipeline(
  f.lineSource('a'),
  f.map((line: string) => line.trim()),
  f.tokenize(),
  f.ngrams(2),
  f.toLines(),
  process.stdout,
)
await pipeline(
  f.csvSource('a'),
  f.project(['a']),
  f.map(({ a }: { a: string }) => ({ a })),
  f.toCsv(),
  f.fileSink('a'),
)
await pipeline(
  f.csvSource('a'),
  f.filter((row: f.CsvRow) => row['a'] !== ''),
  f.toNdjson(),
  f.fileSink('a'),
)
await pipeline(
  f.walkSource('.'),
  f.extensions(['.md']),
  f.sha256WithSize(),
  f.map(({ path }: f.HashedFile) => path),
  f.toLines(),
  process.stdout,
)
