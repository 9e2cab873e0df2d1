/** Runs a tree with a consumer that may stop early or abort, and compares the result with the tree's eager equivalent. */
import assert from 'node:assert/strict'
import type { Readable, Writable as NodeWritable } from 'node:stream'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout } from 'node:timers/promises'
import fc from 'fast-check'
import type { Face } from './faces.ts'
import { Account, type Eager } from './leaves.ts'
import { build, type Tree } from './trees.ts'

/** How the output is consumed: to its end, or up to `most` items. */
export interface Consumer {
  readonly most: number | null
  readonly then: 'leaves' | 'aborts'
  readonly by: 'iterating' | 'pipeline'
}

export const consumers: fc.Arbitrary<Consumer> = fc.record<Consumer>({
  most: fc.option(fc.integer({ min: 1, max: 12 }), { freq: 2 }),
  then: fc.constantFrom('leaves', 'aborts'),
  by: fc.constantFrom('iterating', 'pipeline'),
})

/** In milliseconds; longer than closing can take, even on a busy machine. */
const HANG_TIMEOUT = 30_000

/** Throws unless the tree emits what its eager equivalent does and everything is closed exactly once. */
export async function checkTopology(tree: Tree, face: Face, consumer: Consumer): Promise<void> {
  const account = new Account()
  const controller = new AbortController()
  const aborts = consumer.most !== null && consumer.then === 'aborts'
  const built = build(tree, face, account)
  const output = aborts
    ? face.api.chain([built.output as Iterable<number>], { signal: controller.signal })
    : built.output
  const unhandled: unknown[] = []
  const note = (error: unknown): void => void unhandled.push(error)
  process.on('unhandledRejection', note)
  try {
    const items: number[] = []
    const consume =
      consumer.by === 'pipeline' && consumer.most === null && face.name === 'streams' ? drain : iterate
    const running = consume(output, items, consumer, face, () => controller.abort())
    const error = await Promise.race([running, setTimeout(HANG_TIMEOUT, 'hangs', { ref: false })])
    compare(items, error, built.eager, consumer, face)
    for (let turn = 0; turn < HANG_TIMEOUT / 2 && !account.isClosed; turn++)
      await setTimeout(turn < 50 ? 0 : 2)
    await new Promise(setImmediate)
    assert.deepEqual(account.faults(), [])
    assert.deepEqual(unhandled, [], 'no rejection is unhandled')
  } finally {
    process.off('unhandledRejection', note)
  }
}

/** Reads item by item; returns the error, if any. */
async function iterate(
  output: unknown,
  items: number[],
  { most, then }: Consumer,
  face: Face,
  abort: () => void,
): Promise<unknown> {
  // A stage over a function may be iterable synchronously too, if the function returns an iterable.
  const iterator =
    face.name === 'iter'
      ? face.iterate(output as Iterable<number>)
      : (output as AsyncIterable<number>)[Symbol.asyncIterator]()
  try {
    for (;;) {
      if (items.length === most) {
        if (then === 'leaves') break
        abort()
      }
      const result = await iterator.next()
      if (result.done === true) return undefined
      items.push(result.value)
    }
  } catch (error) {
    return error
  }
  try {
    await iterator.return?.()
  } catch (fault) {
    assert.equal(
      (fault as { code?: unknown }).code,
      'ERR_FANPIPE_CLOSE',
      'an early exit fails only with errors from closing',
    )
  }
  return undefined
}

/** Pipes the output into a Writable; returns the error, if any. */
async function drain(output: unknown, items: number[]): Promise<unknown> {
  const sink: NodeWritable = new Writable({
    objectMode: true,
    write(item: number, _, done) {
      items.push(item)
      done()
    },
  })
  try {
    await pipeline(output as Readable, sink)
  } catch (error) {
    return error
  }
  return undefined
}

function compare(
  items: readonly number[],
  error: unknown,
  eager: Eager,
  consumer: Consumer,
  face: Face,
): void {
  const { most, then } = consumer
  const isCut = most !== null && items.length >= most && eager.items.length >= most
  if (!isCut || (then === 'aborts' && !isAbort(error))) {
    // Items that were read ahead before the abort may still be delivered.
    assert.ok(!isCut || face.name === 'streams', 'an abort takes effect at the next item')
    assert.deepEqual(items, eager.items)
    assert.ok(isSame(error, eager.error), `failed with ${String(error)}, not ${String(eager.error)}`)
    return
  }
  assert.deepEqual(items, eager.items.slice(0, items.length))
  if (then === 'leaves') assert.equal(error, undefined)
}

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError'

/** Whether it is the very same error; a premature close is recognized by its code. */
const isSame = (error: unknown, expected: Error | undefined): boolean =>
  error === expected ||
  (expected !== undefined &&
    'code' in expected &&
    error instanceof Error &&
    (error as NodeJS.ErrnoException).code === expected.code)
