/**
 * `npm run docs [-- FOLDER]`: makes the reference from the doc comments of `lib`: as Markdown in `docs/reference`, or in FOLDER, with
 * the exports of `fanpipe`, and as a site in `.build/site` with all faces, the README and the pages in `docs`.
 *
 * What a face exports is a constant that has the type of its junction. typedoc documents such a constant as a function only if it
 * is marked, so it reads a copy of `lib` with the marks in it.
 */
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Application, Comment, CommentTag, Converter, ReflectionKind } from 'typedoc'

const COPY = '.build/reference'
const SITE = '.build/site'
/** What the README links to; in the site it has another address. */
const REFERENCE = 'docs/reference/README.md'
/** The heading of the README, in whose place typedoc puts the name of the project. */
const TITLE = /^# fanpipe\n+/
const PAGES = [
  'docs/{guides,recipes}/*.md',
  'docs/*.md',
  'bench/RESULTS.md',
  '{ARCHITECTURE,CHANGELOG,CONTRIBUTING,SECURITY}.md',
]
const faces = { index: 'fanpipe', async: 'fanpipe/async', iter: 'fanpipe/iter', nats: 'fanpipe/nats' }

/** The functions that are not stages, by what they are for. */
const categories = {
  'Joining inputs': [
    'chain',
    'roundRobin',
    'zip',
    'merge',
    'mergeBoundedLateness',
    'mergeReady',
    'leaveOpen',
  ],
  'Splitting a source': [
    'multicast',
    'tee',
    'balance',
    'partition',
    'fork',
    'multicastSink',
    'partitionSink',
  ],
  'Beyond one process': ['fromJetStream', 'toJetStream', 'jetStreamMulticast'],
  Sources: ['lineSource', 'csvSource', 'ndjsonSource', 'walkSource', 'pageSource'],
  Writing: ['toLines', 'toCsv', 'toNdjson', 'fileSink'],
  'Times as keys': ['isoTime', 'epochTime', 'clfTime', 'syslogTime', 'jsonTime', 'logTime'],
  Errors: ['sourceOf', 'closeFaultsOf'],
}
const STAGES = 'Stages'
const EXPORTED =
  ReflectionKind.Function |
  ReflectionKind.Class |
  ReflectionKind.Interface |
  ReflectionKind.TypeAlias |
  ReflectionKind.Variable

/** The words that the paragraphs of a doc comment begin with. */
const LABELS =
  /^( *\* )((?:Order|Memory|Opens and closes|(?:Emits|Backpressures|Completes|Cancels) when|Errors|See also):)/gm

function categoryOf({ kind, name }) {
  if (kind === ReflectionKind.Class) return name.endsWith('Error') ? 'Errors' : 'Types'
  if (kind !== ReflectionKind.Function) return 'Types'
  return Object.keys(categories).find((category) => categories[category].includes(name)) ?? STAGES
}

/** What a page is called in the navigation, and under which heading. */
function titleOf({ name, content }) {
  const [, heading] = /^# (.+)$/m.exec(content.map(({ text }) => text).join(''))
  const folder = name.startsWith('docs/recipes/')
    ? 'Recipes'
    : name.startsWith('docs/')
      ? 'Guides'
      : 'Project'
  return `${folder}/${name.endsWith('README') ? 'Overview' : heading.replaceAll('`', '')}`
}

/** typedoc makes the anchor of a heading from its text, but leaves out what is marked as code. */
const withoutCodeInHeading = (part, i, parts) =>
  part.kind === 'code' && /^#+ [^\n]*$/m.test(parts[i - 1]?.text.split('\n').at(-1) ?? '')
    ? { kind: 'text', text: part.text.replaceAll('`', '') }
    : part

function copyWithMarks() {
  rmSync(COPY, { recursive: true, force: true })
  cpSync('lib', `${COPY}/lib`, { recursive: true, filter: (path) => path !== 'lib/cli' })
  cpSync('package.json', `${COPY}/package.json`)
  const config = {
    extends: '../../tsconfig.json',
    compilerOptions: { rootDir: 'lib' },
    include: ['lib'],
    exclude: [],
  }
  writeFileSync(`${COPY}/tsconfig.json`, JSON.stringify(config))
  for (const file of readdirSync(`${COPY}/lib`, { recursive: true })) {
    if (!file.endsWith('.ts')) continue
    const path = `${COPY}/lib/${file}`
    const name = faces[file.slice(0, -'.ts'.length)]
    const text = readFileSync(path, 'utf8')
      .replace(/^\/\*\* .* \*\/\nexport \{/, name === undefined ? 'export {' : '$&')
      .replace(LABELS, '$1**$2**')
      .replace(/^export const \w+: [\w.]+<'/gm, '/** @function */\n$&')
    const moduleComment = `/**\n * $1\n *\n * @module ${name}\n */`
    writeFileSync(path, name === undefined ? text : text.replace(/^\/\*\* (.*) \*\//, moduleComment))
  }
}

/** Converts the exports of some faces, and writes them as the options say. */
async function write(names, options) {
  const app = await Application.bootstrapWithPlugins({
    name: 'fanpipe',
    entryPoints: names.map((face) => `${COPY}/lib/${face}.ts`),
    tsconfig: `${COPY}/tsconfig.json`,
    categorizeByGroup: false,
    categoryOrder: [...Object.keys(categories).slice(0, 2), STAGES, '*', 'Errors', 'Types'],
    disableSources: true,
    excludeExternals: true,
    excludeInternal: true,
    excludePrivate: true,
    ...options,
  })
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const page of project.documents ?? []) {
      page.name = titleOf(page)
      page.content = page.content.map(withoutCodeInHeading)
    }
    for (const part of project.readme ?? [])
      if (part.text === REFERENCE) Object.assign(part, { kind: 'text', text: 'modules/fanpipe.html' })
      else part.text = part.text.replace(TITLE, '')
    for (const exported of project.getReflectionsByKind(EXPORTED))
      if (exported.parent.kindOf(ReflectionKind.Project | ReflectionKind.Module))
        (exported.comment ??= new Comment()).blockTags.push(
          new CommentTag('@category', [{ kind: 'text', text: categoryOf(exported) }]),
        )
  })
  // What Node's documentation says of a method that is overridden is Node's to say.
  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    for (const signature of project.getReflectionsByKind(ReflectionKind.SomeSignature))
      if (signature.overwrites?.name.match(/^(Readable|Writable)\./)) delete signature.comment
  })
  const project = await app.convert()
  if (project === undefined) process.exit(1)
  app.validate(project)
  await app.generateOutputs(project)
  if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1)
}

const [folder = 'docs/reference'] = process.argv.slice(2)
for (const made of [folder, SITE]) rmSync(made, { recursive: true, force: true })
copyWithMarks()
await write(['index'], {
  plugin: ['typedoc-plugin-markdown'],
  out: folder,
  readme: 'none',
  flattenOutputFiles: true,
  hideBreadcrumbs: true,
  hidePageHeader: true,
  validation: false,
})
await write(Object.keys(faces), {
  out: SITE,
  readme: 'README.md',
  customCss: '.ci/reference.css',
  projectDocuments: PAGES,
  navigation: { includeCategories: true },
  validation: { invalidLink: true, notExported: false },
  externalSymbolLinkMappings: { '@types/node': { '*': '#' } },
})
