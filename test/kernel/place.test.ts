import { pathToFileURL } from 'node:url'
import t from 'tap'
import { csvSource, filter, lineSource, map, merge, multicast, sourceOf, stage } from '../../lib/index.ts'
import { drained } from '../instruments/drain.ts'
import { folder } from '../instruments/files.ts'

t.test(
  'labels: a file source is labelled with its path, also through stages, functions and branches',
  async (t) => {
    const { fileOf } = folder(t)
    const path = fileOf('a.log', '1\n3\n2\n')
    const numbers = map(Number)
    const [branch, heard] = multicast(lineSource(path), 2)
    for (const input of [
      lineSource(path),
      lineSource(path, { encoding: 'latin1' }),
      lineSource(path, { signal: new AbortController().signal }),
      lineSource(pathToFileURL(path)),
      numbers(lineSource(path)),
      filter((line: string) => line !== '')(numbers(() => lineSource(path)) as never),
      () => numbers(lineSource(path)),
      heard?.on('error', () => undefined),
      branch,
    ]) {
      const { error } = await drained(merge([['0'], input as never], { key: Number }))
      const inner = sourceOf(error)?.slice(1) ?? []
      t.match(error, { code: 'ERR_FANPIPE_ORDER', index: 2 })
      t.strictSame([...(sourceOf(error) ?? []).slice(0, 1), ...inner].at(-1)?.label, path)
    }
  },
)

t.test(
  'labels: the option takes precedence over the names of inputs, and may list fewer labels than inputs',
  async (t) => {
    const { fileOf } = folder(t)
    const path = fileOf('a.log', '2\n1\n')
    const named = await drained(merge([lineSource(path)], { key: Number, labels: ['mine'] }))
    t.match(named.error, { message: /^input 0 \(mine\) is not sorted: line 2 has the key 1 after 2/ })
    const short = await drained(merge([['1'], lineSource(path)], { key: Number, labels: ['mine'] }))
    t.strictSame(sourceOf(short.error), [{ index: 1, label: path }])
  },
)

t.test('labels: messages number lines and rows from 1, and items of a stage by index', async (t) => {
  const { fileOf } = folder(t)
  const log = fileOf('a.log', '1\n3\n2\n')
  const csv = fileOf('a.csv', 'n\n1\n3\n2\n')
  const bare = fileOf('bare.csv', '1\n3\n2\n')
  const row = ({ n }: { n: string }): number => Number(n)
  for (const [input, key, said] of [
    [lineSource(log), Number, 'line 3'],
    [lineSource(log, { encoding: 'latin1' }), Number, 'line 3'],
    [() => lineSource(log), Number, 'line 3'],
    [csvSource(csv), row, 'row 4'],
    [csvSource(bare, { headers: ['n'] }), row, 'row 3'],
    [map((line: string) => line)(lineSource(log)), Number, 'line 3'],
    [map((line: unknown) => line)(csvSource(csv)), row, 'row 4'],
    [stage(() => (line: unknown) => line)(lineSource(log)), Number, 'item 2'],
    [['1', '3', '2'], Number, 'item 2'],
  ] as const) {
    const { error } = await drained(merge([input as never], { key: key as never }))
    t.match(error, { index: 2, message: new RegExp(`is not sorted: ${said} has the key 2 after 3`) })
  }
})

t.test('labels: without a junction, errors of a file source name the file', async (t) => {
  const { fileOf } = folder(t)
  const path = fileOf('a.log', 'long line\n')
  for (const options of [{}, { encoding: 'latin1' }]) {
    const { error } = await drained(lineSource(path, { maxLineLength: 3, ...options }))
    t.equal((error as Error).message, `${path}, line 1: longer than 3 characters (maxLineLength)`)
  }
})
