import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'

const out = mkdtempSync(join(tmpdir(), 'fanpipe-main-'))
t.teardown(() => rmSync(out, { recursive: true }))

const run = (command: string, ...args: string[]) => {
  const child = spawn(command, [...args, out], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  return { child, ended: once(child, 'close').then(([code]) => ({ code: code as number, text })) }
}

const linesOf = (name: string): string[] => readFileSync(join(out, name), 'utf8').trim().split('\n')

t.test('the main job merges the logs, splits the table, and reports what it did', async (t) => {
  const { code, text } = await run(process.execPath, '.build/examples/main.js').ended
  t.equal(code, 0)
  t.match(text, /8 logs of 220000 lines/)
  t.match(text, /which lagged by \d+ rows at most, of 256 allowed/)
  const times = linesOf('failed.log').map((line) => line.slice(0, 24))
  t.equal(times.length, 30_000)
  t.strictSame(times, times.toSorted())
  t.equal(linesOf('airports.ndjson').length, 3372)
  t.equal(readdirSync(join(out, 'states')).length, 57)
})

const contents = (): Map<string, string> =>
  new Map(
    readdirSync(out, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path, readFileSync(path, 'utf8')]),
  )

/** Whether a file is being written: it does not exist yet, but the previous one and a temporary file do. */
const isWriting = (name: string, before: string): boolean =>
  existsSync(join(out, before)) &&
  !existsSync(join(out, name)) &&
  readdirSync(join(out, dirname(name))).some((file) => file.endsWith('.tmp'))

/** Sends a signal while this file is being written; on a busy machine the moment may be missed. */
async function interruptedAt(name: string, before: string, signal: NodeJS.Signals) {
  for (;;) {
    // generating the logs again takes the longest
    for (const folder of readdirSync(out)) {
      if (folder !== 'logs' || name.startsWith('logs/')) rmSync(join(out, folder), { recursive: true })
    }
    const { child, ended } = run(process.execPath, '.build/examples/main.js')
    while (child.exitCode === null && !isWriting(name, before)) await setTimeout(1)
    child.kill(signal)
    const result = await ended
    if (result.code !== 0) return result
  }
}

t.test('interrupted while a file is being written, it leaves only complete files', async (t) => {
  const whole = contents()
  const moments = [
    ['logs/web-3.log', 'logs/web-2.log', 'SIGINT'],
    ['failed.log', 'logs', 'SIGTERM'],
    ['states/CA.csv', 'states', 'SIGINT'],
    ['airports.ndjson', 'states/CA.csv', 'SIGTERM'],
  ] as const
  for (const [name, before, signal] of moments) {
    const { code, text } = await interruptedAt(name, before, signal)
    t.equal(code, 130, name)
    t.match(text, /nothing half-written is left/)
    const left = contents()
    t.notOk(left.has(join(out, name)))
    for (const [path, content] of left) t.equal(content, whole.get(path), path)
  }
})
