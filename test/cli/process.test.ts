/** Runs the built command in a child process. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { extname, join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { folder } from '../instruments/files.ts'

const { dir, fileOf } = folder(t)

// Built here, since dist may be older than lib, and in a folder from which its packages can be resolved.
execFileSync(process.execPath, ['.ci/cli.mjs', '.build/cli-test/cli'])
const main = resolve('.build/cli-test/cli/main.cjs')
// Coverage of code from the compile cache is inexact.
process.env['NODE_DISABLE_COMPILE_CACHE'] = '1'
/** The unbundled command; compiled if this test is. */
const unbundled = resolve(
  import.meta.filename.endsWith('.ts') ? 'lib' : '.build/test/lib',
  `cli/main${extname(import.meta.filename)}`,
)

const small = fileOf('small.log', '2026-01-01T00:00:00Z x\n')
const long = fileOf('long.log', '2026-01-01T00:00:00Z some text\n'.repeat(200_000))
const fanpipe = (args: string[], stdout: 'pipe' | number = 'pipe') =>
  spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', stdio: ['ignore', stdout, 'pipe'] })

t.test('a process: output, errors and exit codes', async (t) => {
  const good = fanpipe(['cat', small])
  t.same([good.status, good.stdout, good.stderr], [0, readFileSync(small, 'utf8'), ''])
  const missing = fanpipe(['cat', join(dir, 'nope')])
  t.same([missing.status, missing.stderr], [1, `fanpipe: ${join(dir, 'nope')}: no such file or directory\n`])
  t.equal(fanpipe(['dog']).status, 2)
})

t.test('a process: exits silently with 0 if its reader exits', async (t) => {
  const script = `'${process.execPath}' '${main}' cat '${long}' | head -n 1; echo "\${PIPESTATUS[0]}"`
  const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' })
  t.same([stdout, stderr], ['2026-01-01T00:00:00Z some text\n0\n', ''])
})

t.test(
  'a process: a full disk is an error',
  { skip: !existsSync('/dev/full') && 'there is no /dev/full' },
  async (t) => {
    const script = `'${process.execPath}' '${main}' "$@" > /dev/full`
    for (const args of [
      ['cat', small],
      ['cat', long],
      ['merge', small],
      ['merge', '--explain', small],
      ['merge', '--help'],
      ['--help'],
      ['--version'],
    ]) {
      const { status, stderr } = spawnSync('bash', ['-c', script, 'bash', ...args], { encoding: 'utf8' })
      t.same([status, stderr], [1, 'fanpipe: standard output: no space left on device\n'], args.join(' '))
    }
  },
)

t.test('a process: refuses to read a file that its output is appended to', async (t) => {
  const content = '2026-01-01T00:00:00Z x\n'
  const file = fileOf('grows.log', content)
  for (const command of ['cat', 'merge', 'tee --to cat']) {
    for (const [operand, name] of [
      [`'${file}'`, file],
      [`- <'${file}'`, 'standard input'],
    ] as const) {
      const script = `'${process.execPath}' '${unbundled}' ${command} ${operand} >> '${file}'`
      const { status, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8', timeout: 60_000 })
      t.same(
        [status, stderr],
        [1, `fanpipe: ${name}: is also the output: write to another file, or leave this one out\n`],
        script,
      )
    }
  }
  t.equal(readFileSync(file, 'utf8'), content)
})

t.test(
  'a process: -o /dev/stdout writes to whatever standard output is',
  { skip: !existsSync('/dev/stdout') && 'there is no /dev/stdout' },
  async (t) => {
    const content = readFileSync(small, 'utf8')
    for (const command of ['cat', 'merge'])
      for (const output of ['/dev/stdout', '/dev/fd/1']) {
        const line = `'${process.execPath}' '${main}' ${command} -o ${output} '${small}'`
        const socket = fanpipe([command, '-o', output, small])
        t.same([socket.status, socket.stdout, socket.stderr], [0, content, ''], `${line}, a socket`)
        const file = fileOf('redirected', '')
        for (const [script, result] of [
          [`${line} | cat`, content],
          [`{ echo a; ${line}; echo b; } > '${file}'; cat '${file}'`, `a\n${content}b\n`],
          [`echo a > '${file}'; ${line} >> '${file}'; cat '${file}'`, `a\n${content}`],
        ] as const) {
          const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' })
          t.same([stdout, stderr], [result, ''], script)
        }
      }
    const left = `'${process.execPath}' '${main}' cat -o /dev/stdout '${long}' | head -n 1; echo "\${PIPESTATUS[0]}"`
    const { stdout, stderr } = spawnSync('bash', ['-c', left], { encoding: 'utf8' })
    t.same([stdout, stderr], ['2026-01-01T00:00:00Z some text\n0\n', ''])
  },
)

/** Runs a command with standard input open, and sends it a signal once `isReady`; returns how it ended. */
async function interrupted(args: readonly string[], signal: NodeJS.Signals, isReady: () => boolean) {
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'ignore', 'inherit'] })
  child.stdin.write('2026-01-01T00:00:00Z x\n')
  while (!isReady()) await setTimeout(5)
  child.kill(signal)
  return (await once(child, 'exit')) as [code: number | null, signal: string | null]
}

t.test(
  'a process: a signal ends it once its temporary file is removed and its commands are told',
  async (t) => {
    const target = join(dir, 'target')
    const temporary = () => readdirSync(dir).filter((name) => name.endsWith('.tmp'))
    const pid = join(dir, 'pid')
    const hasPid = () => existsSync(pid) && readFileSync(pid, 'utf8').endsWith('\n')
    const sleeps = `echo $$ >'${pid}'; exec sleep 100`
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ] as const) {
      for (const args of [
        [main, 'cat'],
        [main, 'merge'],
        [unbundled, 'cat'],
      ]) {
        const ended = interrupted([...args, '-o', target, small, '-'], signal, () => temporary().length > 0)
        t.same([...(await ended), ...temporary()], [code, null], args.join(' '))
      }
      for (const args of [
        ['tee', '--to', sleeps],
        ['each', '--shell', `: {}; ${sleeps}`],
      ]) {
        rmSync(pid, { force: true })
        t.same(await interrupted([main, ...args], signal, hasPid), [code, null], args.join(' '))
        t.throws(() => process.kill(Number(readFileSync(pid, 'utf8')), 0), { code: 'ESRCH' })
      }
    }
    t.notOk(existsSync(target))
  },
)

t.test('a process: Ctrl-C also ends it while it is opening a pipe without a writer', async (t) => {
  const fifo = join(dir, 'fifo')
  spawnSync('mkfifo', [fifo])
  for (const script of [main, unbundled]) {
    const child = spawn(process.execPath, [script, 'merge', fifo], { stdio: ['ignore', 'pipe', 'inherit'] })
    await setTimeout(1500)
    child.kill('SIGINT')
    // Killed by the signal, or exited by itself if it was not waiting for the pipe yet.
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
    t.ok(signal === 'SIGINT' || code === 130, `${code} ${signal}`)
  }
})

t.test('a process: the error for too many open files says what to do', async (t) => {
  // Node 20.19 opens all modules of the unbundled command at once, so the limit leaves room for them.
  const files = Array.from({ length: 300 }, (_, i) => fileOf(`many-${i}.log`, '2026-01-01T00:00:00Z x\n'))
  for (const script of [main, unbundled]) {
    const { status, stderr } = spawnSync(
      'bash',
      ['-c', 'ulimit -n 256; exec "$@"', 'bash', process.execPath, script, 'merge', ...files],
      { encoding: 'utf8' },
    )
    t.equal(status, 1)
    t.match(stderr, /^fanpipe: \S+\.log: too many open files: raise the limit with ulimit -n\n$/)
  }
})

const hasScript = spawnSync('script', ['--version']).status === 0

t.test(
  'a process: progress appears on a terminal only',
  { skip: !hasScript && 'the script command is not installed' },
  async (t) => {
    const out = join(dir, 'out.log')
    const command = `'${process.execPath}' '${main}' cat -o '${out}' '${long}'`
    const env = { ...process.env, NO_COLOR: '1' }
    const terminal = spawnSync('script', ['-qec', command, '/dev/null'], {
      encoding: 'utf8',
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    t.equal(terminal.status, 0)
    t.match(terminal.stdout, /200000 lines/)
    t.notMatch(terminal.stdout, /\x1b\[[\d;]*m/, 'no colours')
    const inTerminal = spawnSync('script', ['-qec', command.replace(`-o '${out}' `, ''), '/dev/null'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 2 ** 26,
    })
    t.notMatch(inTerminal.stdout, /\d lines,/, 'no progress between the lines of the output')
    t.equal(fanpipe(['cat', '-o', out, long]).stderr, '')
  },
)
