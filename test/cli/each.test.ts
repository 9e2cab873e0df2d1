import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { run } from '../../lib/cli/run.ts'
import { cli, openIo } from '../instruments/cli.ts'
import { folder } from '../instruments/files.ts'

const { dir, fileOf } = folder(t)

t.test('each: {} is replaced with the line, without a shell; without {} the line is appended', async (t) => {
  const input = "a b\n\n  \n$HOME'\n"
  const placed = await cli(['each', '--jobs', '1', 'echo <{}> {}'], { input })
  t.equal(placed.errors, '')
  t.same([placed.code, placed.text], [0, "<a b> a b\n<$HOME'> $HOME'\n"])
  t.equal((await cli(['each', '-j', '1', '--', 'printf', '%s|'], { input })).text, "a b|$HOME'|")
})

t.test('each --shell: the line is one shell word, whatever it contains', async (t) => {
  const input = `it's $(touch ${join(dir, 'no')}); x\n`
  const { text } = await cli(['each', '--shell', 'echo {} | tr a-z A-Z; echo end'], { input })
  t.equal(text, `${input.toUpperCase()}end\n`)
  t.notOk(existsSync(join(dir, 'no')))
})

t.test(
  'each --ordered: output is in the order of the lines; otherwise in the order in which commands end',
  async (t) => {
    const gate = join(dir, 'gate')
    const input = `while [ ! -e ${gate} ]; do sleep 0.01; done; echo first\necho second; touch ${gate}\n`
    const args = ['each', '--jobs', '2', '--shell', 'eval {}']
    t.equal((await cli([...args, '--ordered'], { input })).text, 'first\nsecond\n')
    const io = openIo()
    const other = join(dir, 'other')
    io.stdin.end(input.replaceAll(gate, other).replace(`; touch ${other}`, ''))
    const running = run(args, io)
    const first = await new Promise<Buffer>((resolve) => io.stdout.once('data', resolve))
    t.equal(first.toString(), 'second\n')
    fileOf('other', '')
    t.equal(await running, 0)
  },
)

t.test('each: at most --jobs commands run at once', async (t) => {
  const input = Array.from({ length: 12 }, (_, i) => `${i}\n`).join('')
  const running = join(dir, 'running-{}')
  const command = `touch ${running}; ls ${dir} | grep -c running-; sleep 0.05; rm ${running}`
  const { text } = await cli(['each', '--jobs', '3', '--shell', command], { input })
  const counts = text.trim().split('\n').map(Number)
  t.equal(counts.length, 12)
  t.ok(
    counts.every((count) => count >= 1 && count <= 3),
    counts.join(),
  )
})

t.test('each: a command that fails is named, the others continue, and the exit code is 1', async (t) => {
  const command = 'echo out {}; echo err {} >&2; test {} != 2'
  const { code, text, errors } = await cli(['each', '-j', '1', '--shell', command], { input: '1\n2\n3\n' })
  t.equal(code, 1)
  t.equal(text, 'out 1\nout 2\nout 3\n')
  const named = command.replaceAll('{}', "'2'")
  t.equal(
    errors,
    `err 1\nerr 2\nfanpipe: ${named}: exited with code 1\nerr 3\nfanpipe: 1 of 3 commands failed\n`,
  )
})

t.test('each --fail-fast: stops at the first command that fails, and kills the others', async (t) => {
  const pid = join(dir, 'pid-of-sleep')
  const input = `while [ ! -s ${pid} ]; do sleep 0.01; done; exit 7\nsleep 100 & echo $! > ${pid}; wait\necho never\n`
  const args = ['each', '--jobs', '2', '--fail-fast', '--shell', 'eval {}']
  const { code, text, errors } = await cli(args, { input })
  t.equal(code, 1)
  t.equal(text, '')
  t.match(errors, "exit 7': exited with code 7\n")
  await t.resolves(ended(Number(readFileSync(pid, 'utf8'))), 'processes started by a command are killed, too')
})

t.test(
  'each: a command that does not exist stops everything; a command that is killed is named',
  async (t) => {
    const missing = await cli(['each', 'no-such-command'], { input: 'a\nb\n' })
    t.equal(missing.code, 1)
    t.match(missing.errors, /^fanpipe: no-such-command [ab]: no such command\n$/)
    const forbidden = await cli(['each', fileOf('plain', 'x')], { input: 'a\n' })
    t.match(forbidden.errors, 'plain a: permission denied')
    const killed = await cli(['each', '--shell', 'kill -9 $$; :'], { input: 'a\n' })
    t.match(killed.errors, "kill -9 $$; : 'a': killed by SIGKILL\nfanpipe: 1 of 1 commands failed\n")
  },
)

t.test('each: Ctrl-C kills the commands and exits with 130', async (t) => {
  const io = openIo()
  const pid = join(dir, 'pid')
  const running = run(['each', '--shell', `echo $$ > {}; exec sleep 100`], io)
  io.stdin.write(`${pid}\n`)
  const isWritten = () => existsSync(pid) && readFileSync(pid, 'utf8').endsWith('\n')
  while (!isWritten()) await setTimeout(5)
  io.stop.abort()
  t.equal(await running, 130)
  await t.resolves(ended(Number(readFileSync(pid, 'utf8'))))
})

/** Waits until a process has ended. */
async function ended(pid: number): Promise<void> {
  try {
    for (;;) {
      process.kill(pid, 0)
      await setTimeout(5)
    }
  } catch {
    // there is none any more
  }
}

t.test('each: a line that cannot be passed unchanged as an argument is an error', async (t) => {
  const input = Buffer.from('caf\xe9\n', 'latin1')
  const invalid = await cli(['each', 'echo'], { input })
  t.same([invalid.code, invalid.text], [1, ''])
  t.match(invalid.errors, /^fanpipe: standard input, line 1: bytes that are not utf-8; give --encoding/)
  t.equal((await cli(['each', '--encoding', 'latin1', 'echo'], { input })).text, 'café\n')
  t.equal(
    (await cli(['each', 'echo'], { input: '\n\0' })).errors,
    'fanpipe: standard input, line 2: has a NUL character, which no argument can have\n',
  )
  const long = await cli(['each', 'echo'], { input: 'x'.repeat(900_000) })
  t.equal(long.errors, 'fanpipe: standard input: a line of 900000 characters: argument list too long\n')
})

t.test('each: on a terminal, progress shows how many commands are done', async (t) => {
  const { errors } = await cli(['each', 'echo'], { input: '1\n2\n', isTerminal: true })
  t.match(errors, '2 done')
})

t.test('each: invalid command lines exit with 2 and say why', async (t) => {
  for (const [args, message] of [
    [[], 'no command given to run'],
    [[' '], 'no command given to run'],
    [['--encoding', 'x', 'echo'], '--encoding x: not an encoding that TextDecoder knows'],
    [['--jobs', 'two', 'echo'], '--jobs two: not a positive number'],
  ] as const) {
    const { code, errors } = await cli(['each', ...args])
    t.equal(code, 2, message)
    t.equal(errors, `fanpipe: ${message}\nfanpipe each --help tells how it is used\n`)
  }
})
