/** Runs the programs of the guide `beyond-one-process` in an empty folder with the package and the client installed. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { noNats, startNats } from '../instruments/nats.ts'
import { installPackage } from '../instruments/package.ts'

t.setTimeout(300_000)
const page = readFileSync('docs/guides/beyond-one-process.md', 'utf8')

/** A program follows a paragraph that begins with its file name, and is followed by its output. */
const programs = [
  ...page.matchAll(/^`(\w+\.mjs)` .*\n(?:.+\n)*\n```js\n([\s\S]*?)```(?:\n\n```text\n([\s\S]*?)```)?/gm),
]
const printed = new Map(programs.map(([, name, , output = '']) => [name as string, output]))

t.test('the guide names the file of every program', async (t) => {
  t.strictSame([...printed.keys()], ['write.mjs', 'read.mjs', 'invoices.mjs', 'bill.mjs', 'deliver.mjs'])
  t.equal(page.split('```js\n').length - 1, programs.length)
})

t.test('every program of the guide prints the output shown in the guide', { skip: noNats }, async (t) => {
  const { url } = await startNats(t)
  const dir = installPackage(t)
  for (const client of ['@nats-io', 'tweetnacl'])
    cpSync(join('node_modules', client), join(dir, 'node_modules', client), { recursive: true })
  for (const [, name, code] of programs)
    writeFileSync(
      join(dir, name as string),
      (code as string).replace('connect({', `connect({ servers: '${url}',`),
    )

  /** Runs a program until it ends, or until it has printed the expected output, since readers never end. */
  const run = async (name: string, ...args: string[]): Promise<void> => {
    const expected = printed.get(name) as string
    const child = spawn(process.execPath, [name, ...args], {
      cwd: dir,
      env: {},
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(child, 'close')
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (/^for await/m.test(readFileSync(join(dir, name), 'utf8')) && output.length >= expected.length)
        child.kill()
    })
    const [status] = (await ended) as [number | null]
    t.equal(output, expected, [name, ...args].join(' '))
    t.notOk(status, 'it has not failed')
  }

  await run('write.mjs')
  await run('read.mjs')
  await run('bill.mjs')
  await run('deliver.mjs', 'mail')
  await run('deliver.mjs', 'archive')
})
