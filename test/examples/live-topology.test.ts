/** The example with a web page, tested with an HTTP client, in a browser, and with Ctrl-C. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { noChromium, openPage } from '../instruments/browser.ts'

interface Branch {
  readonly name: string
  readonly lag: number
  readonly maxlen: number
}

/** Starts the example; `stop` sends SIGINT, and resolves when the process has exited by itself. */
async function start(t: Test) {
  const example = spawn(process.execPath, ['.build/examples/run.js', 'live-topology'])
  t.teardown(() => example.kill('SIGKILL'))
  const closed = once(example, 'close')
  let stderr = ''
  example.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const lines = createInterface(example.stdout)[Symbol.asyncIterator]()
  const { value: first } = (await lines.next()) as IteratorYieldResult<string>
  const stop = async () => {
    example.kill('SIGINT')
    const { value: said } = (await lines.next()) as IteratorYieldResult<string>
    return { said, code: ((await closed) as [number])[0], stderr }
  }
  return { url: /^http:\/\/127\.0\.0\.1:\d+\//.exec(first)?.[0] as string, stop }
}

const isStopped = { said: 'stopped; closed: north, east, south', code: 0, stderr: '' }

t.test('live-topology sends the lag of each branch, which stays within maxlen', async (t) => {
  const { url, stop } = await start(t)
  t.equal((await fetch(`${url}nothing`)).status, 404)
  const { body, headers } = await fetch(`${url}states`)
  t.equal(headers.get('content-type'), 'text/event-stream')
  const seen = new Map<string, Set<number>>()
  let text = ''
  for await (const chunk of (body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream())) {
    const events = (text + chunk).split('\n\n')
    text = events.pop() as string
    for (const event of events) {
      const { branches } = JSON.parse(event.replace(/^data: /, '')) as { branches: Branch[] }
      for (const { name, lag, maxlen } of branches) {
        t.ok(lag <= maxlen, `${name}: ${lag} of ${maxlen}`)
        seen.set(name, (seen.get(name) ?? new Set()).add(lag))
      }
    }
    if ((seen.get('database')?.size ?? 0) > 3 && (seen.get('dashboard')?.size ?? 0) > 3) break
  }
  t.strictSame([...seen.keys()], ['archive', 'dashboard', 'database'])
  t.strictSame(await stop(), isStopped)
})

t.test('stopped while a client is reading, it exits by itself and leaves no port open', async (t) => {
  const { url, stop } = await start(t)
  const reader = ((await fetch(`${url}states`)).body as ReadableStream).getReader()
  await reader.read()
  t.strictSame(await stop(), isStopped)
  await t.rejects(fetch(url), { cause: { code: 'ECONNREFUSED' } })
})

t.test(
  'its page draws the lags as they change, without errors in the console',
  { skip: noChromium },
  async (t) => {
    const { url, stop } = await start(t)
    const page = await openPage(t, url)
    const lags = new Set<unknown>()
    while (lags.size < 4) {
      lags.add(await page.evaluate(`document.querySelector('[data-branch=database] dd.lag')?.textContent`))
      await sleep(50)
    }
    t.strictSame(
      await page.evaluate(`[...document.querySelectorAll('article')].map((card) => card.dataset.branch)`),
      ['archive', 'dashboard', 'database'],
    )
    t.match(
      await page.evaluate(`document.querySelector('[data-branch=database] .line').getAttribute('d')`),
      /^M0 [\d.]+L1 [\d.]+/,
    )
    t.equal(await page.evaluate(`document.querySelectorAll('#topology rect').length`), 8)
    t.equal(
      await page.evaluate(`document.documentElement.scrollWidth <= innerWidth`),
      true,
      'nothing is wider than the page',
    )
    t.strictSame(page.complaints, [])
    t.strictSame(await stop(), isStopped)
    while (!/has stopped/.test(String(await page.evaluate(`document.querySelector('#status').textContent`))))
      await sleep(50)
  },
)
