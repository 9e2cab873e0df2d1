/** `fanpipe/async` in a real browser: a page in headless Chromium reads from a local server. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import { json } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { build } from 'esbuild'
import t from 'tap'
import { noChromium, startBrowser } from '../instruments/browser.ts'

const chunks = Array.from({ length: 64 }, (_, i) => Buffer.alloc(32 * 1024, `chunk ${i}`))
const body = Buffer.concat(chunks)
const sha256 = createHash('sha256').update(body).digest('hex')

/** Sends the chunks as fast as they are read, once or repeatedly until the browser stops reading. */
async function send(response: ServerResponse, times = 1): Promise<void> {
  const all = function* (): Iterable<Buffer> {
    for (let i = 0; i < times; i++) yield* chunks
  }
  await pipeline(Readable.from(all()), response, { end: false }).catch(() => undefined)
}

function pageOf(script: string) {
  const results = new Map<string, unknown>()
  const closings: Promise<unknown>[] = []
  const routes: Record<string, (response: ServerResponse, request: IncomingMessage) => unknown> = {
    '/': (response) =>
      response.setHeader('content-type', 'text/html').end('<script type="module" src="/page.js"></script>'),
    '/page.js': (response) => response.setHeader('content-type', 'text/javascript').end(script),
    '/body': (response) => send(response).then(() => response.end()),
    '/broken': (response) => send(response).then(() => response.destroy()),
    '/endless': (response) => {
      closings.push(once(response, 'close'))
      return send(response, Infinity)
    },
    '/report': async (response, request) => {
      const { job, result } = (await json(request)) as { job: string; result: unknown }
      results.set(job, result)
      response.end()
      if (job === 'end') server.emit('report')
    },
  }
  const server = createServer((request, response) => {
    const route = routes[request.url as string] ?? (() => response.writeHead(404).end())
    void route(response, request)
  })
  return { server, results, closings }
}

t.test('fanpipe/async in a browser', { skip: noChromium }, async (t) => {
  const { outputFiles } = await build({
    entryPoints: ['test/package/browser/page.js'],
    alias: { 'fanpipe/async': resolve('dist/async.js') },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  })
  const { server, results, closings } = pageOf((outputFiles[0] as { text: string }).text)
  await once(server.listen(0, 'localhost'), 'listening')
  t.teardown(() => void server.close().closeAllConnections())
  startBrowser(t, [`http://localhost:${(server.address() as AddressInfo).port}/`])
  await once(server, 'report')

  t.strictSame(
    results.get('twoConsumers'),
    { sha256, size: body.length, isBounded: true },
    'a response is hashed and counted at the same time, within the bound',
  )
  t.equal(
    results.get('oneLeaves'),
    body.length,
    'cancelling the web stream of one consumer does not affect the other',
  )
  t.strictSame(results.get('bothLeave'), [true, true])
  const closed = await Promise.all(closings)
  t.equal(closed.length, 1, 'the request is cancelled when both have left')
  t.strictSame(
    results.get('networkFails'),
    [true, true],
    'both consumers receive the error of an interrupted request',
  )
  t.equal(results.get('severalBodies'), 2 * body.length, 'requests are made one after the other')
})
