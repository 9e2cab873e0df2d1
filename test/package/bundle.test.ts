/** Bundles of the faces: `fanpipe/iter` and `fanpipe/async` run in a browser, without Node's globals. */
import { createContext, runInContext } from 'node:vm'
import { build } from 'esbuild'
import t from 'tap'

/** The globals of a browser in addition to those of the language; `warnings` collects the calls of `console.warn`. */
function browser() {
  const warnings: string[] = []
  const globals = {
    AbortController,
    MessageChannel,
    ReadableStream,
    TextEncoder,
    clearTimeout,
    console: { warn: (text: unknown) => void warnings.push(String(text)) },
    performance,
    queueMicrotask,
    setTimeout,
  }
  return { context: createContext({ ...globals }), warnings }
}

/** Bundles a face, or some of its exports; on the platform `node`, packages and Node's modules remain imports. */
async function bundle(entry: string, names = '*', platform: 'browser' | 'node' = 'browser'): Promise<string> {
  const { outputFiles, warnings } = await build({
    stdin: { contents: `export ${names} from './${entry}'`, resolveDir: 'dist' },
    bundle: true,
    format: 'iife',
    globalName: 'fanpipe',
    platform,
    packages: platform === 'node' ? 'external' : 'bundle',
    write: false,
  })
  t.strictSame(warnings, [])
  return (outputFiles[0] as { text: string }).text
}

async function run<T>(entry: string, script: string): Promise<{ result: T; warnings: string[] }> {
  const { context, warnings } = browser()
  const result = (await runInContext(`${await bundle(entry)}\n;(async () => { ${script} })()`, context)) as T
  return { result, warnings }
}

t.test('fanpipe/iter runs in a browser', async (t) => {
  const { result } = await run<string>(
    'iter.js',
    `const [a, b] = fanpipe.multicast(fanpipe.merge([[1, 3], [2, 4]]), 2)
    const sums = Array.from(fanpipe.map((n) => n + b.next().value)(a))
    return JSON.stringify(sums)`,
  )
  t.equal(result, '[2,4,6,8]')
})

t.test('fanpipe/async runs in a browser, and lets timers run during many items', async (t) => {
  const { result } = await run<string>(
    'async.js',
    `let ticked = 0
    const tick = () => { ticked++; timer = setTimeout(tick, 0) }
    let timer = setTimeout(tick, 0)
    let items = 0
    const numbers = function* () { for (let n = 0; n < 200_000; n++) yield n }
    for await (const n of fanpipe.chain([numbers])) items++
    let kept = 0
    for await (const n of fanpipe.filter((n) => n === 199_999)(fanpipe.chain([numbers]))) kept++
    clearTimeout(timer)
    return JSON.stringify([items, kept, ticked > 2])`,
  )
  t.equal(result, '[200000,1,true]')
})

t.test('in a browser a web stream works as an input, and is unlocked when it has ended', async (t) => {
  const { result } = await run<string>(
    'async.js',
    `const stream = new ReadableStream({ start(c) { c.enqueue('a'); c.close() } })
    const items = []
    for await (const item of fanpipe.chain([stream, ['b']])) items.push(item)
    return JSON.stringify([items, stream.locked])`,
  )
  t.equal(result, '[["a","b"],false]')
})

for (const entry of ['iter.js', 'async.js', 'index.js']) {
  t.test(`a bundle of one function of ${entry} does not contain the others`, async (t) => {
    const platform = entry === 'index.js' ? 'node' : 'browser'
    const whole = (await bundle(entry, '*', platform)).length
    for (const name of ['chain', 'map', 'pipe']) {
      const { length } = await bundle(entry, `{ ${name} }`, platform)
      t.ok(length < whole / 2, `${name}: ${length} of ${whole} characters`)
    }
  })
}

for (const [entry, loop] of [
  ['iter.js', 'for'],
  ['async.js', 'for await'],
] as const) {
  t.test(`in a browser a close fault is a console warning (${entry})`, async (t) => {
    const { result, warnings } = await run<string>(
      entry,
      `const faulty = { [Symbol.iterator]: () => ({
        next: () => ({ done: false, value: 1 }),
        return: () => { throw new Error('broken tap') },
      }) }
      let threw = 'nothing'
      try { ${loop} (const item of fanpipe.chain([faulty])) break } catch (error) { threw = error.code }
      return threw`,
    )
    if (result === 'nothing') t.match(warnings, [/broken tap/])
    else t.equal(result, 'ERR_FANPIPE_CLOSE')
  })
}
