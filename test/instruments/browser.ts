/** Controls a page in headless Chromium over the DevTools protocol. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'

export const chromium = ['chromium', 'chromium-browser', 'google-chrome'].find(
  (name) => spawnSync(name, ['--version']).status === 0,
)

/** Why browser tests are skipped, or false. */
export const noChromium = chromium === undefined && 'no Chromium is installed here'

interface Teardown {
  teardown(undo: () => unknown): unknown
}

/** Starts a browser that is stopped, and its profile removed, when the test ends. */
export function startBrowser(t: Teardown, args: readonly string[]) {
  const profile = mkdtempSync(join(tmpdir(), 'fanpipe-browser-'))
  const options = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${profile}`, ...args]
  const browser = spawn(chromium as string, options, {
    // Chromium does not remove its temporary folder when it is killed.
    env: { ...process.env, TMPDIR: profile },
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  })
  t.teardown(async () => {
    browser.kill()
    await once(browser, 'close')
    // Its helper processes may go on writing for a moment.
    rmSync(profile, { recursive: true, force: true, maxRetries: 20 })
  })
  return browser
}

interface Message {
  readonly id?: number
  readonly result?: object
  readonly error?: { readonly message: string }
  readonly method?: string
  readonly params?: unknown
}

export interface Page {
  /** Evaluates an expression in the page, awaits it there and returns its value. */
  evaluate(expression: string): Promise<unknown>
  send(method: string, params?: object): Promise<object>
  /** Navigates to another address; resolves when that page has loaded. */
  open(url: string): Promise<void>
  /** Console errors and warnings, and uncaught exceptions. */
  readonly complaints: readonly string[]
}

/** Opens an address; resolves when the page has loaded. */
export async function openPage(t: Teardown, url: string): Promise<Page> {
  const browser = startBrowser(t, ['--remote-debugging-pipe', 'about:blank'])
  const [toBrowser, fromBrowser] = browser.stdio.slice(3) as unknown as [Writable, Readable]
  const waiting = new Map<number, (message: Message) => void>()
  const complaints: string[] = []
  let loaded = (): void => undefined
  const receive = (message: Message): void => {
    if (message.id !== undefined) waiting.get(message.id)?.(message)
    else if (message.method === 'Page.loadEventFired') loaded()
    else if (isComplaint(message)) complaints.push(JSON.stringify(message.params))
  }
  let rest = ''
  fromBrowser.setEncoding('utf8').on('data', (text: string) => {
    const messages = (rest + text).split('\0')
    rest = messages.pop() as string
    for (const message of messages) receive(JSON.parse(message) as Message)
  })

  let id = 0
  const call = async (method: string, params: object, sessionId?: string): Promise<object> => {
    id++
    toBrowser.write(`${JSON.stringify({ id, method, params, sessionId })}\0`)
    const { result = {}, error } = await new Promise<Message>((resolve) => waiting.set(id, resolve))
    if (error !== undefined) throw new Error(`${method}: ${error.message}`)
    return result
  }
  const { targetId } = (await call('Target.createTarget', { url: 'about:blank' })) as { targetId: string }
  const attached = (await call('Target.attachToTarget', { targetId, flatten: true })) as { sessionId: string }
  const send = (method: string, params: object = {}): Promise<object> =>
    call(method, params, attached.sessionId)
  for (const domain of ['Page', 'Runtime', 'Log']) await send(`${domain}.enable`)
  const open = async (address: string): Promise<void> => {
    const load = new Promise<void>((resolve) => (loaded = resolve))
    await send('Page.navigate', { url: address })
    await load
  }
  await open(url)

  const evaluate = async (expression: string): Promise<unknown> => {
    const answer = (await send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    })) as { result: { value?: unknown }; exceptionDetails?: object }
    if (answer.exceptionDetails !== undefined) throw new Error(JSON.stringify(answer.exceptionDetails))
    return answer.result.value
  }
  return { evaluate, send, open, complaints }
}

function isComplaint({ method, params }: Message): boolean {
  const { type, entry } = (params ?? {}) as { type?: string; entry?: { level: string } }
  if (method === 'Runtime.exceptionThrown') return true
  if (method === 'Runtime.consoleAPICalled') return type === 'error' || type === 'warning'
  return method === 'Log.entryAdded' && (entry?.level === 'error' || entry?.level === 'warning')
}
