/** Runs the examples of every `--help` with a shell, in a folder with the files that they name. */
import { execFile } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { cli } from '../instruments/cli.ts'
import { folder } from '../instruments/files.ts'

const { dir, fileOf } = folder(t)
const commands = ['merge', 'cat', 'tee', 'split', 'each'] as const

const bin = join(dir, 'bin')
mkdirSync(bin)
const main = resolve('lib/cli/main.ts')
const strips = '--disable-warning=ExperimentalWarning --experimental-strip-types'
writeFileSync(join(bin, 'fanpipe'), `#!/bin/sh\nexec '${process.execPath}' ${strips} '${main}' "$@"\n`)
chmodSync(join(bin, 'fanpipe'), 0o755)

const log = '2026-01-01T00:00:00Z ERROR a\n2026-01-01T00:00:01Z b\n'
for (const name of ['web-1.log', 'web-2.log', 'a.log', 'b.log', 'app.log', 'nginx.log', 'app.log.gz'])
  fileOf(name, log)
for (const name of ['jan.csv', 'feb.csv']) fileOf(name, 'id,n\n1,2\n')
fileOf('orders.csv', 'country,id\nDE,1\n')
fileOf('events.ndjson', '{"user":{"id":"u1"}}\n')
fileOf('files.txt', 'a.log\nb.log\n')

/** What an example prints, or the file that it creates. */
const expected: Readonly<Record<string, RegExp | string>> = {
  'fanpipe merge web-*.log': /^(.* a\n){2}(.* b\n){2}$/,
  'fanpipe merge --last 5m --label app.log.gz nginx.log': /^app\.log\.gz: /,
  'fanpipe merge --late 60s -o all.log.gz a.log b.log': 'all.log.gz',
  'fanpipe cat jan.csv feb.csv': /^id,n\n1,2\n1,2\n$/,
  'fanpipe cat --union -o all.csv.gz *.csv': 'all.csv.gz',
  'fanpipe cat --to ndjson orders.csv': /^\{"country":"DE","id":"1"\}\n$/,
  "fanpipe tee --quiet --to 'gzip > copy.gz' --to 'sha256sum > copy.sum' <app.log": 'copy.sum',
  "fanpipe tee --drop-oldest 'tail -n 1 > last.txt' app.log": 'last.txt',
  "fanpipe split --by country 'out/{}.csv' orders.csv": 'out/DE.csv',
  "fanpipe split --by user.id 'users/{}.ndjson' events.ndjson": 'users/u1.ndjson',
  "fanpipe split --by 1 'days/{}.log' <app.log": 'days/2026-01-01T00:00:00Z.log',
  "fanpipe each --jobs 4 --ordered 'wc -c {}' <files.txt": /a\.log\n\d+ b\.log\n$/,
  "fanpipe each --shell 'gzip -c {} > {}.gz' <files.txt": 'b.log.gz',
  'fanpipe each -- grep -c ERROR <files.txt': /^1\n1\n$/,
}
/** An example that never ends. */
const ENDLESS = 'fanpipe merge --follow --grep ERROR *.log'

t.test('--help lists all commands, and each has examples that run', { skip: !canStrip() }, async (t) => {
  const { text } = await cli(['--help'])
  for (const command of commands) t.match(text, new RegExp(`^  ${command} `, 'm'))
  const run = promisify(execFile)
  const found: string[] = []
  for (const command of commands) {
    const help = (await cli([command, '--help'])).text
    t.ok(
      help.split('\n').every((line) => line.length <= 132),
      command,
    )
    for (const [, line] of help.matchAll(/^ {2}(fanpipe .*)$/gm)) found.push(line as string)
  }
  t.strictSame(found.filter((line) => line !== ENDLESS).sort(), Object.keys(expected).sort())
  for (const [line, result] of Object.entries(expected)) {
    const { stdout, stderr } = await run('/bin/sh', ['-c', line], {
      cwd: dir,
      env: { ...process.env, PATH: `${bin}:${process.env['PATH']}` },
    })
    t.equal(stderr, '', line)
    if (typeof result !== 'string') t.match(stdout, result, line)
    else t.ok(existsSync(join(dir, result)) && readFileSync(join(dir, result)).length > 0, line)
  }
})

/** Whether Node can run TypeScript; Node 20 cannot, so the built command is tested there. */
function canStrip(): boolean {
  return Number(process.versions.node.split('.')[0]) >= 22
}
