/** Every link in a Markdown file of the package must point to a file of the package, and every anchor to a heading. */
import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import t from 'tap'
import { packedFiles } from '../instruments/package.ts'

/** The text without code, which contains no links. */
const prose = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '')

const linksOf = (text: string): string[] =>
  [
    ...prose(text).matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)|<(?:a|img)\b[^>]*?(?:href|src)="([^"]+)"/gm),
  ].map(([, inline, reference, html]) => (inline ?? reference ?? html) as string)

/** The anchors of a page, generated from its headings as GitHub and npm do. */
function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>()
  for (const [, heading] of text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const words = (heading as string).replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const anchor = words.replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, '').replaceAll(' ', '-')
    let name = anchor
    for (let i = 1; anchors.has(name); i++) name = `${anchor}-${i}`
    anchors.add(name)
  }
  return anchors
}

/** The dead links of the pages, given the text of each page and the paths of all files. */
function deadLinks(pages: ReadonlyMap<string, string>, files: readonly string[]): string[] {
  const dead: string[] = []
  for (const [page, text] of pages) {
    for (const link of linksOf(text)) {
      if (/^(https?|mailto):/.test(link)) continue
      const [path = '', anchor] = decodeURI(link).split('#')
      const target = path === '' ? page : normalize(join(dirname(page), path)).replace(/\/$/, '')
      const isThere = files.some((file) => file === target || file.startsWith(`${target}/`))
      if (!isThere) dead.push(`${page}: ${link}`)
      else if (anchor !== undefined && !anchorsOf(pages.get(target) ?? '').has(anchor))
        dead.push(`${page}: ${link}`)
    }
  }
  return dead
}

const files = packedFiles().map(({ path }) => path)
const pages = new Map(
  files.filter((file) => file.endsWith('.md')).map((file) => [file, readFileSync(file, 'utf8')]),
)

t.test('the package has no dead links', async (t) => {
  t.ok(pages.has('README.md') && pages.size > 5, [...pages.keys()].join(', '))
  t.ok([...pages.values()].flatMap(linksOf).length > 20)
  t.strictSame(deadLinks(pages, files), [])
})

t.test('the README and the pages in docs link to nothing outside the package', async (t) => {
  for (const [page, text] of pages) {
    if (page !== 'README.md' && !page.startsWith('docs/')) continue
    for (const link of linksOf(text)) t.notMatch(link, /^\w+:/, `${page}: ${link}`)
  }
})

t.test('a control: dead links are found, and valid links are not reported', async (t) => {
  const text = `# Say \`a.b()\`, twice
## Say \`a.b()\`, twice
[1](b.md) [2](b.md#none) [3](#say-ab-twice-1) [4](#say-ab-twice-2) [5](../a.md) [6](../docs)
[7](https://example.org/gone) <img src="gone.svg"> \`[8](code.md)\`
[9]: gone.md
\`\`\`md
[10](code.md)
# Code
\`\`\`
[11](#code) [12](b.md#one-b)`
  const some = new Map([
    ['docs/a.md', text],
    ['docs/b.md', '# One [B](a.md)!'],
  ])
  t.strictSame(
    deadLinks(some, [...some.keys()]).map((link) => link.replace('docs/a.md: ', '')),
    ['b.md#none', '#say-ab-twice-2', '../a.md', 'gone.svg', 'gone.md', '#code'],
  )
})
