import assert from 'node:assert/strict'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import fc from 'fast-check'
import t from 'tap'
import * as async from '../../lib/async.ts'
import * as streams from '../../lib/index.ts'
import * as iter from '../../lib/iter.ts'
import { all } from '../instruments/drain.ts'
import { collect } from '../instruments/faces.ts'
import { recording } from '../instruments/sources.ts'
import { stages } from '../instruments/stages.ts'

async function piped(source: Iterable<unknown>, ...through: unknown[]): Promise<unknown[]> {
  const seen: unknown[] = []
  const sink = new Writable({ objectMode: true, write: (item, _, done) => done(void seen.push(item)) })
  await pipeline([Readable.from(source), ...(through as []), sink])
  return seen
}

for (const { name, items, build, eager } of stages) {
  t.test(`E1, FR: ${name} has the same output in all four ways, and when repeated`, async (t) => {
    const sync = build(iter)
    const later = build(async as never) as unknown as async.Stage<unknown, unknown>
    const streamed = build(streams as never)
    const ways: Record<string, (items: readonly unknown[]) => unknown[] | Promise<unknown[]>> = {
      'over an iterable': (items) => [...sync(items)],
      'over an async iterable': (items) => all(later(recording(items).async)),
      'in a pipeline': (items) => piped(items, streamed),
      'through a Duplex': (items) => piped(items, streams.duplex(streamed)),
    }
    for (const [way, run] of Object.entries(ways)) {
      const property = fc.asyncProperty(items, async (items) => {
        assert.deepEqual(await run(items), eager(items), way)
      })
      await t.resolves(fc.assert(property, { numRuns: 25 }))
    }
  })

  t.test(`C1: ${name} closes its source once, at the end and on an early exit`, async (t) => {
    const [some] = fc.sample(
      items.filter((items) => eager(items).length > 1),
      { numRuns: 1, seed: 1 },
    ) as [readonly unknown[]]
    for (const broken of [false, true]) {
      for (const way of ['sync', 'async'] as const) {
        const { record, ...source } = recording(some)
        const stage = way === 'sync' ? build(iter) : build(streams as never)
        await collect(stage(source[way] as Iterable<unknown>), broken ? 1 : Infinity)
        t.strictSame(
          [record.opened, record.closed],
          [1, 1],
          `${way}, ${broken ? 'early exit' : 'to the end'}`,
        )
      }
    }
  })
}
