import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { run } from '../../lib/cli/run.ts'
import { cli, openIo } from '../instruments/cli.ts'
import { folder } from '../instruments/files.ts'

const { dir, fileOf } = folder(t)
const path = (name: string): string => join(dir, name)

const content = Array.from({ length: 100_000 }, (_, i) => `line ${i}\n`).join('')
const file = fileOf('lines', content)

t.test('tee: standard output and every command receive all bytes unchanged', async (t) => {
  const bytes = Buffer.from('\xff\x00\r\nno end', 'latin1')
  const args = ['tee', '--to', `cat > ${path('a')}`, '--to', `cat > ${path('b')}`]
  const { code, out, errors } = await cli(args, { input: bytes })
  t.equal(errors, '')
  t.equal(code, 0)
  t.same([out, readFileSync(path('a')), readFileSync(path('b'))], [bytes, bytes, bytes])
})

t.test('tee: reads files one after the other; --quiet prints nothing', async (t) => {
  const { text } = await cli(['tee', '--quiet', '--to', `cat > ${path('c')}`, file, '-'], { input: 'end' })
  t.equal(text, '')
  t.equal(readFileSync(path('c'), 'utf8'), `${content}end`)
})

t.test(
  'tee: a slow command that may miss lines never sees partial lines, and the number of missed lines is reported',
  async (t) => {
    for (const option of ['--drop-oldest', '--drop-newest']) {
      const command = `sleep 0.5; cat > ${path('slow')}`
      const { code, text, errors } = await cli(['tee', option, command, '--maxlen', '10', file])
      t.equal(code, 0)
      t.equal(text, content)
      const lines = readFileSync(path('slow'), 'utf8').split('\n').slice(0, -1)
      t.ok(lines.every((line) => /^line \d+$/.test(line)))
      t.equal(errors, `fanpipe: ${command}: missed ${100_000 - lines.length} lines\n`)
    }
  },
)

t.test('tee --detach: a command that is too slow receives nothing more', async (t) => {
  const command = `sleep 0.5; cat > ${path('detached')}`
  const { code, text, errors } = await cli(['tee', '--detach', command, '--maxlen', '10', file])
  t.equal(code, 0)
  t.equal(text, content)
  t.equal(errors, `fanpipe: ${command}: was too slow and has been detached\n`)
  t.ok(content.startsWith(readFileSync(path('detached'), 'utf8')))
})

t.test('tee: if a --to command fails or stops reading, the error names it', async (t) => {
  for (const [command, message] of [
    ['cat > /dev/null; exit 3', 'exited with code 3'],
    ['exec <&-; sleep 0.1; exit 4', 'exited with code 4'],
    ['head -n 1 > /dev/null', 'stopped reading before the end: give --detach if it may'],
    ['exec <&-; sleep 3', 'stopped reading before the end: give --detach if it may'],
    ['kill -9 $$', 'killed by SIGKILL'],
  ] as const) {
    const { code, errors } = await cli(['tee', '--to', command, file])
    t.equal(code, 1, command)
    t.equal(errors, `fanpipe: ${command}: ${message}\n`)
  }
})

t.test(
  'tee: if a command that may stop reading does, the others continue; tee ends when all have',
  async (t) => {
    const leaving = await cli([
      'tee',
      '--detach',
      'head -n 1 > /dev/null',
      '--to',
      `cat > ${path('stays')}`,
      file,
    ])
    t.equal(leaving.code, 0)
    t.equal(leaving.text, content)
    t.equal(readFileSync(path('stays'), 'utf8'), content)
    t.same(
      await cli(['tee', '--quiet', '--drop-oldest', 'exit 1', file]).then(({ code, errors }) => [
        code,
        errors,
      ]),
      [0, ''],
    )
  },
)

t.test(
  'tee: if the reader of standard output exits, the commands still receive everything; other errors stop tee',
  async (t) => {
    for (const [code, expected, message] of [
      ['EPIPE', 0, ''],
      ['ENOSPC', 1, 'fanpipe: standard output: no space left on device\n'],
    ] as const) {
      const io = openIo()
      const { stdout, stderr } = io
      const running = run(['tee', '--to', `cat > ${path(code)}`, file], io)
      stdout.once('data', () =>
        stdout.destroy(Object.assign(new Error(code), { code, errno: -28, syscall: 'write' })),
      )
      t.equal(await running, expected)
      t.equal(readFileSync(path(code), 'utf8') === content, code === 'EPIPE')
      t.equal(String(stderr.read() ?? ''), message)
    }
  },
)

t.test('tee: an overlong line is an error if input is distributed by line', async (t) => {
  const { code, errors } = await cli(['tee', '--detach', 'cat > /dev/null'], {
    input: Buffer.alloc(2 ** 24 + 1, 'x'),
  })
  t.equal(code, 1)
  t.match(errors, /a line is longer than 16 MiB: use --to/)
})

t.test('tee: a missing file is named before any command runs; Ctrl-C exits with 130', async (t) => {
  const nope = path('nope')
  const { code, errors } = await cli(['tee', '--to', `touch ${path('touched')}`, nope])
  t.equal(code, 1)
  t.equal(errors, `fanpipe: ${nope}: no such file or directory\n`)
  t.throws(() => readFileSync(path('touched')))
  const io = openIo()
  const running = run(['tee', '--to', 'sleep 100'], io)
  io.stdin.write('x\n')
  io.stdout.once('data', () => io.stop.abort())
  t.equal(await running, 130)
})

t.test('tee: on a terminal, progress shows how far each command is behind', async (t) => {
  const { errors } = await cli(['tee', '--to', 'cat >\t/dev/null', file], { isTerminal: true })
  t.match(errors, /cat >\\t\/dev\/null: \d+ behind/)
})

t.test('tee: invalid command lines exit with 2 and say why', async (t) => {
  for (const [args, message] of [
    [[], 'no command given to copy to: give --to COMMAND'],
    [['--to', 'cat', '--maxlen', '5'], '--maxlen needs --drop-oldest, --drop-newest or --detach'],
    [['--detach', 'cat', '--maxlen', '0'], '--maxlen 0: not a positive number'],
    [['--to', 'cat', '-', '-'], '- can be given once'],
  ] as const) {
    const { code, errors } = await cli(['tee', ...args])
    t.equal(code, 2, message)
    t.equal(errors, `fanpipe: ${message}\nfanpipe tee --help tells how it is used\n`)
  }
})

t.test('tee: a command that may miss lines receives whole lines, however chunks split them', async (t) => {
  for (const [source, input, expected] of [
    [file, '', content],
    ['-', 'a\nb\n', 'a\nb\n'],
    ['-', 'a\nno end', 'a\nno end'],
  ] as const) {
    const command = `cat > ${path('all')}`
    const args = ['tee', '--quiet', '--drop-oldest', command, '--maxlen', '200000', source]
    t.equal((await cli(args, { input })).code, 0)
    t.equal(readFileSync(path('all'), 'utf8'), expected)
  }
})

t.test('tee: a command that has already exited is not killed when another fails', async (t) => {
  const first = `head -c 1 > /dev/null; exec <&-; touch ${path('ended')}; exit 0`
  const second = `while [ ! -e ${path('ended')} ]; do sleep 0.01; done; sleep 0.2; exit 4`
  const { code } = await cli(['tee', '--quiet', '--detach', first, '--to', second, file])
  t.equal(code, 1)
})
