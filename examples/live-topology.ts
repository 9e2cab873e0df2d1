/** A page that shows a running topology: three sources, merged as they arrive, and the lag of each of three consumers. */
import { readFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { map, mergeReady, multicast } from 'fanpipe'

interface SourceState {
  readonly name: string
  given: number
  closed: boolean
}

/** What the page is sent several times a second. */
interface State {
  readonly sources: readonly SourceState[]
  readonly branches: readonly {
    readonly name: string
    readonly overflow: string
    readonly maxlen: number
    readonly received: number
    readonly lag: number
    readonly dropped: number
    readonly waitedMs: number
  }[]
}

async function* readings(state: SourceState, everyMs: number): AsyncGenerator<string> {
  try {
    for (;;) {
      await sleep(everyMs)
      yield `${state.name} ${state.given++}`
    }
  } finally {
    state.closed = true
  }
}

/** A Writable that takes some milliseconds for each item. It counts them, and has no buffer in which they could wait unseen. */
function consumer(msFor: (item: number) => number) {
  const counts = { received: 0 }
  const target = new Writable({
    objectMode: true,
    highWaterMark: 1,
    write(_item, _encoding, done) {
      const ms = msFor(counts.received++)
      if (ms === 0) done()
      else void sleep(ms).then(() => done())
    },
  })
  return { counts, target }
}

/** Runs until the signal is aborted; `state` says how it goes at any moment. */
function topology(signal: AbortSignal) {
  const sources = ['north', 'east', 'south'].map((name): SourceState => ({ name, given: 0, closed: false }))
  const paces = [14, 22, 36]
  const merged = mergeReady(sources.map((source, i) => readings(source, paces[i] as number)))
  const settings = [
    { name: 'archive', overflow: 'block', maxlen: 100, ...consumer(() => 0) },
    { name: 'dashboard', overflow: 'drop-oldest', maxlen: 40, ...consumer(() => 25) },
    // it pauses now and then, as a database does while it makes room
    { name: 'database', overflow: 'block', maxlen: 100, ...consumer((n) => (n % 300 === 60 ? 2500 : 1)) },
  ] as const
  const branches = multicast(
    merged,
    settings.map(({ overflow, maxlen }) => ({ overflow, maxlen })),
  )
  const ends = branches.map((branch, i) => pipeline(branch, settings[i]!.target, { signal }))
  const state = (): State => ({
    sources,
    branches: branches.stats().map(({ lag, dropped, waitedMs }, i) => {
      const { name, overflow, maxlen, counts } = settings[i]!
      return { name, overflow, maxlen, received: counts.received, lag, dropped, waitedMs }
    }),
  })
  // an aborted pipeline has ended before the sources, which finish what they wait for, have closed
  return { state, stopped: Promise.allSettled(ends).then(() => branches.close()) }
}

async function* every<T>(ms: number, value: () => T): AsyncGenerator<T> {
  for (;;) {
    yield value()
    await sleep(ms)
  }
}

const toEvent = map((state: State) => `data: ${JSON.stringify(state)}\n\n`)

export async function serve(signal: AbortSignal): Promise<void> {
  const { state, stopped } = topology(signal)
  // pages come and go; one that cannot keep up misses the older states
  const states = multicast(every(100, state), 0)
  const routes: Readonly<Record<string, (response: ServerResponse) => unknown>> = {
    '/': (response) =>
      response.setHeader('content-type', 'text/html').end(readFileSync('examples/live-topology.html')),
    '/states': (response) => {
      response.setHeader('content-type', 'text/event-stream')
      const branch = states.branch({ maxlen: 1, overflow: 'drop-oldest' })
      // the page was left, or we stop
      return pipeline(branch, toEvent, response).catch(() => undefined)
    },
  }
  const server = createServer((request, response) => {
    const route = routes[request.url ?? ''] ?? (() => response.writeHead(404).end())
    void route(response)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/ (Ctrl-C stops)`)
  await stopped
  await states.close()
  server.close().closeAllConnections()
  const closed = state().sources.filter((source) => source.closed)
  console.log(`stopped; closed: ${closed.map(({ name }) => name).join(', ')}`)
}

export async function main(): Promise<void> {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort())
  await serve(stop.signal)
}
