/** What an editor shows for a call of every junction and stage of each face, according to TypeScript's language service. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import t from 'tap'
import ts from 'typescript'
import * as async from '../../lib/async.ts'
import * as common from '../../lib/common.ts'
import * as streams from '../../lib/index.ts'
import * as iter from '../../lib/iter.ts'
import * as nats from '../../lib/nats.ts'

/** The return types in each face. */
interface Types {
  readonly face: object
  output(item: string): string
  branch(item: string): string
  stage(from: string, to: string): string
  sourced(item: string): string
}

const faces: Readonly<Record<string, Types>> = {
  fanpipe: {
    face: streams,
    output: (item) => `TypedReadable<${item}>`,
    branch: (item) => `TypedReadable<${item}>`,
    stage: (from, to) => `StreamStage<${from}, ${to}>`,
    sourced: (item) => `SourcedStreamStage<${item}>`,
  },
  'fanpipe/iter': {
    face: iter,
    output: (item) => `Iterable<${item}>`,
    branch: (item) => `IterableIterator<${item}>`,
    stage: (from, to) => `SyncStage<${from}, ${to}>`,
    sourced: (item) => `SourcedSyncStage<${item}>`,
  },
  'fanpipe/async': {
    face: async,
    output: (item) => `AsyncIterable<${item}>`,
    branch: (item) => `AsyncIterableIterator<${item}>`,
    stage: (from, to) => `AsyncStage<${from}, ${to}>`,
    sourced: (item) => `SourcedAsyncStage<${item}>`,
  },
  'fanpipe/nats': {
    face: nats,
    output: (item) => `TypedReadable<${item}>`,
    branch: (item) => `TypedReadable<${item}>`,
    stage: (from, to) => `StreamStage<${from}, ${to}>`,
    sourced: (item) => `SourcedStreamStage<${item}>`,
  },
}

const stageHeads = ['Order', 'Memory', 'Emits when', 'Completes when', 'Cancels when', 'Errors', 'See also']
const junctionHeads = [
  ...['Order', 'Memory', 'Opens and closes', 'Emits when', 'Backpressures when', 'Completes when'],
  ...['Cancels when', 'Errors', 'See also'],
]

interface Call {
  readonly code: string
  readonly returns: (types: Types) => string
  readonly heads: readonly string[]
}

const junction = (code: string, returns: Call['returns']): Call => ({ code, returns, heads: junctionHeads })
const stage = (code: string, from: string, to: string): Call => ({
  code,
  returns: (types) => types.stage(from, to),
  heads: stageHeads,
})

const textRow = 'Row<{ readonly n: "number"; }> & Record<string, unknown>'
const columnA = '{ readonly a?: string | undefined; }'

const calls: readonly Call[] = [
  junction('chain([[1], [2]])', (types) => types.output('number')),
  junction('roundRobin([[1], [2]])', (types) => types.output('number')),
  junction('merge([[1], [2]], { reverse: true })', (types) => types.output('number')),
  junction('mergeBoundedLateness([[1], [2]], { lateness: 1 })', (types) => types.output('number')),
  junction('mergeReady([[1], [2]])', (types) => `${types.output('number')} & ReadyInputs<`),
  junction('multicast([1], 2)', (types) => `JoinableBranches<${types.branch('number')}, 2>`),
  junction('partition([1], 2, (n) => n)', (types) => `Branches<${types.branch('number')}, 2>`),
  junction('balance([1], 2)', (types) => `BalancedBranches<${types.branch('number')}, 2>`),
  junction("zip([[1], ['a']])", (types) => types.output('[number, string]')),
  junction("zip([[1], ['a']], { mode: 'longest' })", (types) =>
    types.output('[number | undefined, string | undefined]'),
  ),
  junction("zip([[1], ['a']], { mode: 'longest', padding: [0, 0] })", (types) =>
    types.output('[number, string | number]'),
  ),
  junction('tee([1])', (types) => `Branches<${types.branch('number')}, 2>`),
  junction('fork([map((n: number) => n), map(String)])', (types) =>
    types.stage('number', '[number, string]'),
  ),
  junction('pipe([1])', (types) => types.output('number')),
  junction('pipe([1], map(String), fence(1))', (types) => types.output('string')),
  junction('leaveOpen([1].values())', () => 'LeftOpen<number>'),
  junction('multicastSink<number, 2>(2)', () => 'MulticastSink<number, 2>'),
  junction('multicastSink<number>([process.stdout])', () => 'MulticastSink<number, 0>'),
  junction("fileSink('a')", () => 'Stream.Writable'),
  junction('partitionSink((n: number) => n, () => process.stdout)', () => 'Writable'),
  junction("fromJetStream({} as never, { stream: 'a' })", (types) => types.output('JsMsg')),
  junction("toJetStream({} as never, { subject: 'a' })", () => 'Stream.Writable'),
  junction("jetStreamMulticast({} as never, 2, { stream: 'a' })", () => 'JetStreamMulticast'),
  junction('duplex(map((n: number) => n))', () => 'TypedReadable<number> & Stream.Duplex'),
  stage('accumulate((sum: number, n: number) => sum + n)', 'number', 'number'),
  stage("accumulate((text: string, n: number) => text + n, '')", 'number', 'string'),
  stage("cast({ n: 'number' })", textRow, `Casted<{ readonly n: "number"; }, ${textRow}>`),
  stage('chunks<number>(2)', 'number', 'number[]'),
  stage('compose(map((n: number) => `${n}`))', 'number', 'string'),
  stage('compose(map((n: number) => n), map((n) => `${n}`))', 'number', 'string'),
  { code: 'compose(fromSource([1]))', returns: (types) => types.sourced('number'), heads: stageHeads },
  stage('compress<number>([1])', 'number', 'number'),
  stage('distinct<number>(1)', 'number', 'number'),
  stage('dropWhile((n: number) => n > 1)', 'number', 'number'),
  stage('ensureContiguous((n: number) => n)', 'number', 'number'),
  stage("extensions(['.csv'])", 'string', 'string'),
  stage('fence<number>(1)', 'number', 'number'),
  stage('filter((n: number) => n > 1)', 'number', 'number'),
  stage('flatMap((n: number) => [String(n)])', 'number', 'string'),
  { code: 'fromSource([1])', returns: (types) => types.sourced('number'), heads: stageHeads },
  stage('grep(/x/)', 'string', 'string'),
  stage('multiline({ start: /^x/ })', 'string', 'string'),
  stage('groupBy((n: number) => String(n))', 'number', '[string, number[]]'),
  stage('map((n: number) => String(n))', 'number', 'string'),
  stage('map((n: number) => String(n), { concurrency: 1 })', 'number', 'string'),
  stage('ngrams(2)', 'Iterable<string>', 'string'),
  stage("project(['a'])", columnA, `Projected<"a", ${columnA}>`),
  stage(
    'rollingAverageBy((n: number) => String(n), (n) => n, 2)',
    'number',
    '{ key: string; average: number; }',
  ),
  stage('slice<number>(1, 2)', 'number', 'number'),
  stage('slidingWindow<number>(2)', 'number', 'number[]'),
  stage('stage<number, string>(() => String)', 'number', 'string'),
  stage('take<number>(1)', 'number', 'number'),
  stage('takeWhile((n: number) => n > 1)', 'number', 'number'),
  { ...stage('tap((n: number) => n)', 'number', 'number'), heads: junctionHeads },
  stage('tapPrefix(1, (n: number) => n)', 'number', 'number'),
  stage('toCsv()', 'object', 'string'),
  stage('toLines()', 'string', 'string'),
  stage('toNdjson()', 'unknown', 'string'),
  stage('tokenize()', 'string', 'string[]'),
  stage('topK<number>(1)', 'number', 'Counted<number>'),
  stage('valuesAfter<number>(2)', 'number', 'number'),
  stage('sha256WithSize()', 'string', 'HashedFile'),
]

const nameOf = ({ code }: Call): string => /^\w+/.exec(code)?.[0] as string

/** A language service over in-memory programs, in a folder from which the package's own name resolves. */
function serviceFor(programs: ReadonlyMap<string, string>): ts.LanguageService {
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    types: ['node'],
    strict: true,
    noEmit: true,
  }
  const read = (path: string): string | undefined => programs.get(path) ?? ts.sys.readFile(path)
  return ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => [...programs.keys()],
    getScriptVersion: () => '1',
    getScriptSnapshot: (path) => {
      const text = read(path)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    getCurrentDirectory: () => process.cwd(),
    getDefaultLibFileName: (settings) => ts.getDefaultLibFilePath(settings),
    fileExists: (path) => programs.has(path) || ts.sys.fileExists(path),
    readFile: read,
    directoryExists: (path) => ts.sys.directoryExists(path),
    realpath: (path) => (programs.has(path) ? path : (ts.sys.realpath?.(path) ?? path)),
  })
}

t.setTimeout(300_000)
t.ok(existsSync('dist/index.d.ts'), 'the declarations are built: npm run build')

const shown = Object.entries(faces).map(([module, types], i) => {
  const present = calls.filter((call) => nameOf(call) in types.face)
  const imports = [...new Set(present.map(nameOf))].join(', ')
  const lines = [`import { ${imports} } from '${module}'`, ...present.map(({ code }) => `void ${code}`)]
  return { module, types, present, path: resolve(`test/types/hover-${i}.mts`), text: lines.join('\n') }
})
const service = serviceFor(new Map(shown.map(({ path, text }) => [path, text])))

for (const { module, types, present, path, text } of shown) {
  t.test(`hover: every junction and stage of ${module} is covered, and the calls compile`, async (t) => {
    const others = /^(?:csv|line|ndjson|page|walk)Source$/
    const exported = Object.entries(types.face)
      .filter(([name, value]) => typeof value === 'function' && !(name in common) && !others.test(name))
      .map(([name]) => name)
    t.strictSame([...new Set(present.map(nameOf))].sort(), exported.sort())
    t.strictSame(
      service
        .getSemanticDiagnostics(path)
        .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
      [],
    )
  })

  for (const call of present) {
    const { code, returns, heads } = call
    t.test(`hover: ${code} of ${module} shows the documentation and the return type`, async (t) => {
      const info = service.getQuickInfoAtPosition(path, text.indexOf(`void ${code}`) + 'void '.length)
      const signature = ts.displayPartsToString(info?.displayParts).replace(/\s+/g, ' ')
      const documentation = ts.displayPartsToString(info?.documentation)
      const wanted = returns(types)
      t.ok(
        [`=> ${wanted}`, `): ${wanted}`].some((returned) => signature.includes(returned)),
        `returns ${wanted}`,
        { found: signature },
      )
      const found = [...documentation.matchAll(/^([A-Z][a-z]+(?: [a-z]+)*): /gm)].map(([, head]) => head)
      t.strictSame(
        found.filter((head) => heads.includes(head as string)),
        heads,
        'has the headed lines in order',
      )
      t.match(documentation.split('\n\n')[0], /\.$/, 'begins with a sentence')
      t.ok(
        info?.tags?.some(({ name }) => name === 'example'),
        'has an example',
      )
    })
  }
}
