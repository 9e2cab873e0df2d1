import { readFileSync } from 'node:fs'
import { Writable } from 'node:stream'
import t from 'tap'
import { run } from '../../lib/cli/run.ts'
import { cli, openIo } from '../instruments/cli.ts'

t.test('--help lists the commands, and --help of a command explains it', async (t) => {
  for (const option of ['--help', '-h']) {
    const { code, text, errors } = await cli([option])
    t.same([code, errors], [0, ''])
    for (const name of ['merge', 'cat', 'tee', 'split', 'each']) t.match(text, `\n  ${name} `)
    const command = await cli(['merge', option])
    t.equal(command.code, 0)
    t.match(command.text, /^Usage: fanpipe merge .*\n\nMerges logs by time/)
  }
})

t.test('--version prints the version of the package', async (t) => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
  const { code, text } = await cli(['--version'])
  t.same([code, text], [0, `${version}\n`])
})

t.test('if help cannot be printed, that is an error of standard output', async (t) => {
  for (const args of [['--help'], ['--version'], ['cat', '--help']]) {
    const error = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', errno: -28, syscall: 'write' })
    const stdout = new Writable({ write: (_chunk, _encoding, done) => done(error) })
    stdout.on('error', () => undefined)
    const io = { ...openIo(), stdout }
    t.equal(await run(args, io), 1)
    t.match(String(io.stderr.read()), /standard output: no space left on device/)
  }
})

t.test('without a command, or with an unknown one, it lists the commands', async (t) => {
  for (const [args, message] of [
    [[], 'no command given'],
    [['toString'], 'no command toString; the commands are merge, cat, tee, split, each'],
  ] as const) {
    const { code, text, errors } = await cli(args)
    t.same([code, text], [2, ''])
    t.equal(errors, `fanpipe: ${message}\nfanpipe --help tells how it is used\n`)
  }
})
