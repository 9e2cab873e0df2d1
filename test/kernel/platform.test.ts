import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createContext, runInContext } from 'node:vm'
import t from 'tap'
import ts from 'typescript'
import type * as async from '../../lib/async.ts'
import type * as iter from '../../lib/iter.ts'
import { afterMacrotask, warn, type Host } from '../../lib/kernel/platform.ts'
import { CloseError } from '../../lib/errors.ts'

const compilerOptions = {
  module: ts.ModuleKind.CommonJS,
  target: ts.ScriptTarget.ES2022,
  removeComments: true,
}
const texts = new Map<string, string>()

function transpiled(path: string): string {
  const text =
    texts.get(path) ?? ts.transpileModule(readFileSync(path, 'utf8'), { compilerOptions }).outputText
  texts.set(path, text)
  return text
}

/** Loads a face in a context that has only the language and these globals, as bundled code in a browser would. */
function loaded<Api>(face: string, globals: object): Api {
  const context = createContext({ ...globals })
  const modules = new Map<string, object>()
  const load = (path: string): object => {
    const known = modules.get(path)
    if (known !== undefined) return known
    const exports = {}
    modules.set(path, exports)
    const run = runInContext(`(exports, require) => {${transpiled(path)}\n}`, context, {
      filename: path,
    }) as (exports: object, require: (from: string) => object) => void
    run(exports, (from) => (from.startsWith('.') ? load(join(dirname(path), from)) : {}))
    return exports
  }
  return load(face) as Api
}

const web = {
  AbortController,
  AbortSignal,
  TextDecoder,
  TextEncoder,
  clearTimeout,
  queueMicrotask,
  setTimeout,
}

/** An iterable whose return() throws. */
const stubborn = (value: unknown) => ({
  [Symbol.iterator]: () => ({
    next: () => ({ done: false, value }),
    return() {
      throw 'stuck'
    },
  }),
})

t.test('the iter and async faces use no global of Node without checking that it exists', async (t) => {
  texts.clear()
  loaded('lib/iter.ts', web)
  loaded('lib/async.ts', web)
  t.ok(texts.size > 20, `${texts.size} files`)
  texts.delete('lib/kernel/platform.ts')
  const nodes = [...texts].filter(([, text]) => /\b(process\.|Buffer\b|setImmediate\b)/.test(text))
  t.strictSame(
    nodes.map(([path]) => path),
    [],
  )
})

t.test('without the globals of Node an error from closing is logged to the console', async (t) => {
  const lines: unknown[] = []
  const console = { warn: (line: unknown) => void lines.push(line) }
  for (const process of [undefined, { env: {} }]) {
    const { chain } = loaded<typeof iter>('lib/iter.ts', { ...web, console, process })
    for (const item of chain([stubborn(1)])) if (item === 1) break
  }
  t.match(lines, [/^ERR_FANPIPE_CLOSE: .*stuck/, /^ERR_FANPIPE_CLOSE: .*stuck/])
})

const hosts: Record<string, object> = {
  'a browser': { ...web, MessageChannel },
  'a host with timers only': web,
}

for (const [name, globals] of Object.entries(hosts)) {
  t.test(`${name}: timers run during many items, and while many items are filtered out`, async (t) => {
    const { chain, filter } = loaded<typeof async>('lib/async.ts', globals)
    const count = 40_000
    let fired = 0
    const timer = setInterval(() => fired++, 0)
    let sum = 0
    for await (const item of chain([Array.from({ length: count }, () => 1)])) sum += item
    const many = Array.from({ length: count }, (_, i) => i)
    for await (const item of filter((n: number) => n === count - 1)(many)) sum += item
    clearInterval(timer)
    t.equal(sum, count + count - 1)
    t.ok(fired > 0)
  })
}

t.test('afterMacrotask: microtasks run first, whichever way to wait the host offers', async (t) => {
  const none: Host = { setTimeout, console }
  const waysToWait: Record<string, Host> = {
    setImmediate: { ...none, setImmediate },
    'a message': { ...none, MessageChannel } as unknown as Host,
    'a timer': none,
  }
  for (const [way, host] of Object.entries(waysToWait)) {
    const order: string[] = []
    await new Promise<void>((resolve) => {
      afterMacrotask(() => {
        order.push(way)
        resolve()
      }, host)
      void Promise.resolve().then(() => order.push('a microtask'))
    })
    t.strictSame(order, ['a microtask', way])
  }
})

t.test('afterMacrotask: the message port is closed once its message has arrived', async (t) => {
  const calls: string[] = []
  class Channel {
    readonly port1 = { onmessage: null as (() => void) | null, close: () => void calls.push('closed') }
    readonly port2 = { postMessage: () => this.port1.onmessage?.() }
  }
  afterMacrotask(() => calls.push('called back'), { setTimeout, console, MessageChannel: Channel })
  t.strictSame(calls, ['closed', 'called back'])
})

t.test('warn: a close fault is a process warning, if there is a process', async (t) => {
  const told: unknown[] = []
  const console = { warn: (line: string) => void told.push(line) }
  const emitWarning = (message: string, options: object): void => void told.push([message, options])
  const error = new CloseError(['stuck'], [])
  const hosts: Partial<Host>[] = [{}, { process: {} }, { process: { emitWarning } }]
  for (const host of hosts) warn(error, { setTimeout, console, ...host })
  const line = `ERR_FANPIPE_CLOSE: ${error.message}`
  t.strictSame(told, [line, line, [error.message, { type: 'CloseWarning', code: 'ERR_FANPIPE_CLOSE' }]])
})
