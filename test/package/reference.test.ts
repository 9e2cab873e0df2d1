/** Tests the site that `npm run docs` generates, as a visitor sees it. */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import t, { type Test } from 'tap'
import * as async from '../../lib/async.ts'
import * as streams from '../../lib/index.ts'
import * as iter from '../../lib/iter.ts'
import * as nats from '../../lib/nats.ts'
import { noChromium, openPage, type Page } from '../instruments/browser.ts'

const SITE = '.build/site'
const PICTURES = '.build/site-pictures'
const faces: Readonly<Record<string, object>> = {
  fanpipe: streams,
  fanpipe_async: async,
  fanpipe_iter: iter,
  fanpipe_nats: nats,
}

t.setTimeout(600_000)
const made = t.testdir()
execFileSync(process.execPath, ['.ci/reference.mjs', made], { stdio: ['ignore', 'ignore', 'inherit'] })

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
}

async function serve(t: Test): Promise<string> {
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://localhost')
    const path = join(SITE, decodeURIComponent(pathname), pathname.endsWith('/') ? 'index.html' : '')
    if (!existsSync(path)) return void response.writeHead(pathname === '/favicon.ico' ? 204 : 404).end()
    response.setHeader('content-type', types[extname(path)] ?? 'application/octet-stream')
    response.end(readFileSync(path))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => void server.close().closeAllConnections())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

const pageOf = (kind: string, name: string): string | undefined => {
  const path = join(SITE, kind, `${name}.html`)
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

t.test('docs/reference is what `npm run docs` generates from the current doc comments', async (t) => {
  const pagesIn = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.md'))
  t.strictSame(pagesIn('docs/reference'), pagesIn(made))
  const changed = pagesIn(made).filter(
    (page) => readFileSync(join('docs/reference', page), 'utf8') !== readFileSync(join(made, page), 'utf8'),
  )
  t.strictSame(changed, [], 'docs/reference is up to date: if not, run `npm run docs` and commit the result')
})

t.test(
  'every export has a page with its signature, and every function has a description and an example',
  async (t) => {
    const missing: string[] = []
    for (const [face, exported] of Object.entries(faces))
      for (const name of Object.keys(exported)) {
        const id = `${face}.${name}`
        const page = pageOf('functions', id) ?? pageOf('classes', id) ?? pageOf('variables', id)
        // An export shared by several faces has its page in the first of them, and links to it in the others.
        if (page === undefined) {
          const link = new RegExp(`href="[^"]*/fanpipe(_async)?\\.${name}\\.html`)
          if (!link.test(pageOf('modules', face) as string)) missing.push(`${id}: page`)
          continue
        }
        if (!page.includes('class="tsd-signature')) missing.push(`${id}: signature`)
        if (pageOf('functions', id) === undefined) continue
        if (!page.includes('<div class="tsd-comment tsd-typography"><p>')) missing.push(`${id}: text`)
        if (!page.includes('>Example<')) missing.push(`${id}: example`)
      }
    t.strictSame(missing, [])
  },
)

/** Follows all links in the browser; returns the pages, and the dead links. */
const followLinks = `(async () => {
  const pages = new Map()
  const links = []
  const waiting = [location.href]
  for (let url = waiting.pop(); url !== undefined; url = waiting.pop()) {
    if (pages.has(url)) continue
    const response = await fetch(url)
    if (!response.ok) continue
    const page = new DOMParser().parseFromString(await response.text(), 'text/html')
    pages.set(url, page)
    if (!/(\\.html|\\/)$/.test(url)) continue
    for (const link of page.querySelectorAll('a[href], img[src]')) {
      const { origin, pathname, hash } = new URL(link.getAttribute('href') ?? link.getAttribute('src'), url)
      if (origin !== location.origin) continue
      links.push({ from: url, to: origin + pathname, anchor: decodeURIComponent(hash.slice(1)) })
      waiting.push(origin + pathname)
    }
  }
  const leads = ({ to, anchor }) => pages.has(to) && (anchor === '' || pages.get(to).getElementById(anchor) !== null)
  return { pages: [...pages.keys()], dead: links.filter((link) => !leads(link)) }
})()`

t.test('there are no dead links, and no page logs errors to the console', { skip: noChromium }, async (t) => {
  const page = await openPage(t, await serve(t))
  const { pages, dead } = (await page.evaluate(followLinks)) as { pages: string[]; dead: object[] }
  t.ok(pages.length > 200, `${pages.length} pages`)
  t.strictSame(dead, [])
  for (const url of pages.filter((url) => /\/(documents|modules)\/.*html$/.test(url))) await page.open(url)
  t.strictSame(page.complaints, [])
})

const looks = ['light', 'dark'].flatMap((scheme) => [
  { scheme, width: 1400 },
  { scheme, width: 400 },
])
const shown = ['index', 'modules/fanpipe', 'functions/fanpipe.merge', 'documents/Guides_Troubleshooting']

async function look(page: Page, url: string, scheme: string, width: number): Promise<void> {
  const features = [{ name: 'prefers-color-scheme', value: scheme }]
  await page.send('Emulation.setEmulatedMedia', { features })
  const metrics = { width, height: 1200, deviceScaleFactor: 1, mobile: false }
  await page.send('Emulation.setDeviceMetricsOverride', metrics)
  await page.open(url)
}

t.test('the pages fit into wide and narrow windows, light and dark', { skip: noChromium }, async (t) => {
  mkdirSync(PICTURES, { recursive: true })
  const url = await serve(t)
  const page = await openPage(t, url)
  const brightness = new Map<string, number>()
  for (const { scheme, width } of looks)
    for (const name of shown) {
      await look(page, `${url}${name}.html`, scheme, width)
      const { data } = (await page.send('Page.captureScreenshot')) as { data: string }
      writeFileSync(join(PICTURES, `${name.replace('/', '-')}-${scheme}-${width}.png`), data, 'base64')
      const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
      t.ok((overflow as number) <= 0, `${name} at ${width}: ${overflow} too wide`)
      const background = (await page.evaluate('getComputedStyle(document.body).backgroundColor')) as string
      brightness.set(scheme, Number(/\d+/.exec(background)?.[0]))
    }
  t.ok(
    (brightness.get('light') as number) > 200 && (brightness.get('dark') as number) < 80,
    [...brightness].join(),
  )
})
