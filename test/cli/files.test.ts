import { existsSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { run } from '../../lib/cli/run.ts'
import { cli, openIo } from '../instruments/cli.ts'
import { folder } from '../instruments/files.ts'

const { dir, fileOf } = folder(t)
const out = join(dir, 'out')
const line = '2026-01-01T00:00:00Z x\n'

/** Runs a command on files followed by standard input, and calls `change` once it has started to read standard input. */
async function whileRead(
  args: readonly string[],
  change: () => void,
): Promise<[code: number, errors: string]> {
  const io = openIo()
  io.stdin.write(line)
  const running = run([...args, '-'], io)
  io.stdout.resume()
  while (io.stdin.readableLength + io.stdin.writableLength > 0) await setTimeout(1)
  change()
  io.stdin.end()
  return [await running, io.stderr.read()?.toString() ?? '']
}

const commands = [
  ['merge', '-o', out],
  ['cat', '-o', out],
  ['split', '--force', '--by', '1', join(dir, 'split-{}')],
  ['tee', '--quiet', '--to', 'cat >/dev/null'],
]

for (const [command = '', ...options] of commands)
  t.test(`${command}: a file that is truncated while being read is an error`, async (t) => {
    const file = fileOf('a.log', line.repeat(3))
    const outcome = await whileRead([command, ...options, file], () => truncateSync(file, 30))
    t.same(outcome, [1, `fanpipe: ${file}: was truncated while it was read: copy it first\n`])
    t.notOk(existsSync(out))
  })

t.test('a file that is moved or replaced while being read is read to its end', async (t) => {
  const file = fileOf('b.log', line.repeat(3))
  const move = (): void => renameSync(file, join(dir, 'moved.log'))
  t.same(await whileRead(['cat', file], move), [0, ''])
  fileOf('b.log', line.repeat(3))
  const rotate = (): void => {
    move()
    fileOf('b.log', line)
  }
  t.same(await whileRead(['cat', file], rotate), [0, ''])
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
