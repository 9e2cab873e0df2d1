import { existsSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { run } from '../../lib/cli/run.ts'
import { cli, openIo } from '../instruments/cli.ts'
import { folder } from '../instruments/files.ts'

const { dir, fileOf } = folder(t)
const out = join(dir, 'out')
const line = '2026-01-01T00:00:00Z x\n'

/** Runs a command that reads standard input among others, and calls `change` once it has begun to. */
async function whileRead(args: readonly string[], change: () => void, input = line) {
  const io = openIo()
  io.stdin.write(input)
  let text = ''
  io.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const running = run(args, io)
  while (io.stdin.readableLength + io.stdin.writableLength > 0) await setTimeout(1)
  change()
  io.stdin.end()
  return { code: await running, errors: io.stderr.read()?.toString() ?? '', text }
}

const truncated = (file: string): string =>
  `fanpipe: ${file}: was truncated while it was read: copy it first\n`

t.test('a file that is truncated while being read is an error, whatever follows from that', async (t) => {
  for (const [command, ...options] of [
    ['merge', '-o', out],
    ['cat', '-o', out],
    ['cat', '-o', out, '--encoding', 'latin1'],
    ['split', '--force', '--by', '2', join(dir, 'split-{}')],
    ['tee', '--quiet', '--to', 'cat >/dev/null'],
  ] as const) {
    const file = fileOf('a.log', line.repeat(3))
    // merge opens all files at once, the others one by one.
    const files = command === 'merge' ? [file, '-'] : ['-', file]
    const { code, errors } = await whileRead([command, ...options, ...files], () => truncateSync(file, 30))
    t.same([code, errors], [1, truncated(file)], command)
    t.notOk(existsSync(out))
  }
})

t.test('of a file that is truncated while being read, no part of a line or a row is printed', async (t) => {
  const file = fileOf('a.log', line.repeat(3))
  const { errors, text } = await whileRead(['cat', '-', file], () => truncateSync(file, 30))
  t.same([errors, text], [truncated(file), line.repeat(2)])
  for (const size of [9, 11]) {
    const table = fileOf('a.csv', 'a,b\n1,2\n34,56\n')
    const args = ['cat', '--from', 'csv', '-', table]
    const outcome = await whileRead(args, () => truncateSync(table, size), 'a,b\n0,0\n')
    t.same([outcome.errors, outcome.text], [truncated(table), 'a,b\n0,0\n1,2\n'])
  }
})

t.test('a file that is moved or replaced while being read is read to its end', async (t) => {
  const file = fileOf('b.log', line.repeat(3))
  const move = (): void => renameSync(file, join(dir, 'moved.log'))
  const printed = (count: number) => ({ code: 0, errors: '', text: line.repeat(count) })
  t.same(await whileRead(['cat', file, '-'], move), printed(4))
  fileOf('b.log', line.repeat(3))
  const rotate = (): void => {
    move()
    fileOf('b.log', line)
  }
  t.same(await whileRead(['cat', file, '-'], rotate), printed(4))
})

t.test('-o: the error for a folder says that it is one', async (t) => {
  const file = fileOf('c.log', line)
  for (const command of ['cat', 'merge'])
    t.match(
      (await cli([command, '-o', dir, file])).errors,
      `fanpipe: ${dir}: illegal operation on a directory: give the name of a file in it\n`,
    )
})

t.test('cat, merge --output: a file that is read cannot be the output, whatever its name', async (t) => {
  const first = fileOf('first.log', line)
  const all = join(dir, 'all.log.gz')
  for (const command of ['cat', 'merge']) {
    rmSync(all, { force: true })
    const args = [command, '-o', all, first]
    t.equal((await cli(args)).code, 0, 'a new file')
    t.equal((await cli(args)).code, 0, 'an old one is replaced')
    const content = readFileSync(all)
    const link = join(dir, `${command}.link`)
    symlinkSync(all, link)
    for (const name of [all, link]) {
      const { code, errors } = await cli([...args, name])
      t.same(
        [code, errors],
        [1, `fanpipe: ${name}: is also the output: write to another file, or leave this one out\n`],
      )
    }
    t.ok(readFileSync(all).equals(content))
  }
})

t.test(
  'of a gzip file that is cut short, no part of a line or a row is used, and the error names the file',
  async (t) => {
    const lines = Array.from({ length: 20 }, (_, i) => `2026-01-01T00:00:${10 + i}Z ${i * 7919} last\n`).join(
      '',
    )
    const table = lines.replaceAll(' ', ',')
    const parts = join(dir, 'parts-{}')
    for (const [content, name, ...args] of [
      [lines, 'cut.log.gz', 'merge'],
      [lines, 'cut.log.gz', 'merge', '--late', '1s'],
      [lines, 'cut.log.gz', 'cat'],
      [lines, 'cut.log.gz', 'split', '--force', '--by', '3', parts],
      [table, 'cut.csv.gz', 'cat'],
      [table, 'cut.csv.gz', 'split', '--force', '--by', 'last', parts],
    ] as const) {
      const whole = gzipSync(content)
      for (let size = 40; size < whole.length; size += 23) {
        const file = fileOf(name, whole.subarray(0, size))
        const { code, text, errors } = await cli([...args, file])
        t.same(
          [code, errors],
          [1, `fanpipe: ${file}: the gzip data is truncated\n`],
          `${args.join(' ')}, ${size} bytes`,
        )
        t.ok(content.startsWith(text) && (text === '' || text.endsWith('\n')), text)
      }
    }
  },
)

t.test('lines cannot be UTF-16 or UTF-32: the error says how to convert the file', async (t) => {
  const text = '\uFEFF2026-01-01T00:00:00Z x\n'
  const little = Buffer.from(text, 'utf16le')
  const wide = Buffer.from([...text].flatMap((character) => [0, 0, 0, character.charCodeAt(0)]))
  wide.set([0xfe, 0xff], 2)
  for (const [content, name] of [
    [little, 'UTF-16'],
    [Buffer.from(little).swap16(), 'UTF-16'],
    [Buffer.from(wide).swap32(), 'UTF-32'],
    [wide, 'UTF-32'],
  ] as const) {
    const file = fileOf('wide.log', content)
    for (const args of [
      ['merge'],
      ['merge', '--follow'],
      ['cat'],
      ['split', '--by', '1', join(dir, 'wide-{}')],
    ]) {
      const outcome = await cli([...args, file])
      const errors = `fanpipe: ${file}: is ${name}: convert it first, as with iconv -f ${name} -t UTF-8\n`
      t.same([outcome.code, outcome.text, outcome.errors], [1, '', errors], args.join(' '))
    }
    const piped = await cli(['cat', '-'], { input: content })
    t.match(piped.errors, `fanpipe: standard input: is ${name}: convert it first`)
  }
  const marked = `\uFEFF${line}`
  t.equal((await cli(['cat', '-'], { input: marked })).text, marked, 'UTF-8 with a mark is unchanged')
})

t.test('messages, labels and --explain are lines, even if a name or a key has line ends', async (t) => {
  const file = fileOf('two\nlines.log', line)
  const name = file.replace('\n', '\\n')
  t.equal((await cli(['merge', '--label', file])).text, `${name}: ${line}`)
  t.match((await cli(['merge', '--explain', file])).text, `\n${name}  `)
  t.equal(
    (await cli(['cat', `${file}\x1b[1m\x7f\x9b1m`])).errors,
    `fanpipe: ${name}\\x1B[1m\\x7F\\x9B1m: no such file or directory\n`,
  )
  const keyed = fileOf('keyed.ndjson', '{"id":"a\\nb"}\n')
  t.match((await cli(['merge', '--explain', '--key', 'id', keyed])).text, / a\\nb +a\\nb +1 +0\n$/)
  const tee = await cli(['tee', '--to', 'cat >/dev/null\nexit 3', file])
  t.equal(tee.errors, 'fanpipe: cat >/dev/null\\nexit 3: exited with code 3\n')
})
