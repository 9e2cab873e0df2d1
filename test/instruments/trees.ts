/** Trees of junctions and stages over sources of every kind, and what they come to, eagerly. */
import { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import fc from 'fast-check'
import type { Face } from './faces.ts'

export interface Leaf {
  readonly kind: 'leaf'
  readonly items: readonly number[]
  readonly fails: boolean
  readonly as: 'iterable' | 'function' | 'async' | 'Readable'
  /** How long it takes to answer, again and again: at once, a microtask, a turn of the loop, a timer. */
  readonly delays: readonly number[]
}

export interface Node {
  readonly kind: 'chain' | 'roundRobin' | 'map' | 'filter' | 'fence' | 'fork' | 'multicast' | 'tee'
  readonly parts: readonly Tree[]
  readonly n: number
}

export type Tree = Leaf | Node

const leaf = fc.record<Leaf>({
  kind: fc.constant('leaf'),
  items: fc.array(fc.nat(9), { maxLength: 6 }),
  fails: fc.boolean().chain((maybe) => (maybe ? fc.boolean() : fc.constant(false))),
  as: fc.constantFrom('iterable', 'function', 'async', 'Readable'),
  delays: fc.array(fc.nat(3), { minLength: 1, maxLength: 4 }),
})

export const trees = fc.letrec<{ tree: Tree; part: Tree; parts: readonly Tree[] }>((tie) => ({
  tree: fc.record<Node>({
    kind: fc.constantFrom('chain', 'roundRobin', 'map', 'filter', 'fence', 'fork', 'multicast', 'tee'),
    parts: tie('parts'),
    n: fc.integer({ min: 1, max: 4 }),
  }),
  parts: fc.array(tie('part'), { minLength: 1, maxLength: 3 }),
  part: fc.oneof({ maxDepth: 3 }, leaf, tie('tree')),
})).tree

/** What comes out, and then the error, if one does. */
export interface Eager {
  readonly items: readonly number[]
  readonly error: Error | undefined
}

/** What was opened, and closed. */
export interface Account {
  opened: number
  closed: number
}

const delay = async (how: number): Promise<void> => {
  if (how === 1) await undefined
  if (how === 2) await new Promise(setImmediate)
  if (how === 3) await setTimeout(1)
}

export function build(tree: Tree, face: Face, account: Account): { output: unknown; eager: Eager } {
  if (tree.kind === 'leaf') return buildLeaf(tree, face, account)
  const { api } = face
  const takesMany = tree.kind === 'chain' || tree.kind === 'roundRobin'
  const parts = (takesMany ? tree.parts : tree.parts.slice(0, 1)).map((part) => build(part, face, account))
  const inputs = parts.map(({ output }) => output as Iterable<number>)
  const [input] = inputs as [Iterable<number>]
  const { items, error } = (parts[0] as { eager: Eager }).eager
  const eagers = parts.map(({ eager }) => eager)
  const { n } = tree
  switch (tree.kind) {
    case 'chain':
      return { output: api.chain(inputs), eager: chained(eagers) }
    case 'roundRobin':
      return { output: api.roundRobin(inputs), eager: rotated(eagers) }
    case 'map':
      return {
        output: api.map((item: number) => item + n)(input),
        eager: { items: items.map((item) => item + n), error },
      }
    case 'filter':
      return {
        output: api.filter((item: number) => item % 2 === 0)(input),
        eager: { items: items.filter((item) => item % 2 === 0), error },
      }
    case 'fence':
      return {
        output: api.fence<number>(n)(input),
        eager: { items: items.slice(0, n), error: items.length >= n ? undefined : error },
      }
    case 'fork': {
      const both = api.fork([api.map((item: number) => item), api.map((item: number) => -item)])
      const sum = api.map(([a, b]: [number, number]) => 2 * a + b)
      return { output: api.compose(both, sum)(input), eager: { items, error } }
    }
    case 'multicast': {
      const branches = api.multicast(input, 2, { maxlen: n })
      return {
        output: api.roundRobin([...branches]),
        eager: { items: items.flatMap((item) => [item, item]), error },
      }
    }
    case 'tee': {
      const branches = api.tee(input, 2)
      return {
        output: api.chain([...branches]),
        eager: chained([
          { items, error },
          { items, error },
        ]),
      }
    }
  }
}

function buildLeaf(
  { items, fails, as, delays }: Leaf,
  face: Face,
  account: Account,
): { output: unknown; eager: Eager } {
  const error = fails ? new Error('broken') : undefined
  const sync = function* (): Generator<number> {
    account.opened++
    try {
      yield* items
      if (error !== undefined) throw error
    } finally {
      account.closed++
    }
  }
  const async = async function* (): AsyncGenerator<number> {
    account.opened++
    try {
      for (const [i, item] of items.entries()) {
        await delay(delays[i % delays.length] as number)
        yield item
      }
      await delay(delays[0] as number)
      if (error !== undefined) throw error
    } finally {
      account.closed++
    }
  }
  const made = {
    iterable: () => ({ [Symbol.iterator]: sync }),
    function: () => sync,
    async: () => async,
    Readable: () => readable(items, error, delays, account),
  }
  const form = face.name === 'iter' && (as === 'async' || as === 'Readable') ? 'iterable' : as
  return { output: made[form](), eager: { items, error } }
}

function readable(
  items: readonly number[],
  error: Error | undefined,
  delays: readonly number[],
  account: Account,
): Readable {
  account.opened++
  let next = 0
  return new Readable({
    objectMode: true,
    highWaterMark: delays.length,
    async read() {
      await delay(delays[next % delays.length] as number)
      if (next < items.length) this.push(items[next++])
      else if (error === undefined) this.push(null)
      else this.destroy(error)
    },
    destroy(fault, done) {
      account.closed++
      done(fault)
    },
  })
}

function chained(parts: readonly Eager[]): Eager {
  const failed = parts.findIndex(({ error }) => error !== undefined)
  const met = failed < 0 ? parts : parts.slice(0, failed + 1)
  return { items: met.flatMap(({ items }) => items), error: parts[failed]?.error }
}

function rotated(parts: readonly Eager[]): Eager {
  const items: number[] = []
  let live = parts
  for (let turn = 0; live.length > 0; turn++) {
    for (const part of live) {
      if (turn < part.items.length) items.push(part.items[turn] as number)
      else if (part.error !== undefined) return { items, error: part.error }
    }
    live = live.filter((part) => turn < part.items.length)
  }
  return { items, error: undefined }
}
