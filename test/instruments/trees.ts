/** Trees of junctions and stages over sources of every kind, with their expected results, computed eagerly. */
import fc from 'fast-check'
import type { Face } from './faces.ts'
import { delayed } from './stages.ts'
import { buildLeaf, faultyLeaf, leaf, type Account, type Eager, type Leaf } from './leaves.ts'

const kinds = [
  'chain',
  'roundRobin',
  'merge',
  'mergeBoundedLateness',
  'zip',
  'map',
  'filter',
  'fence',
  'fork',
  'multicast',
  'tee',
] as const

/** Twice as likely, since most bugs concern the interplay of inputs. */
const fanIns = ['chain', 'roundRobin', 'merge', 'mergeBoundedLateness', 'zip'] as const

export interface Node {
  readonly kind: (typeof kinds)[number]
  readonly parts: readonly Tree[]
  readonly n: number
  /** The callback throws at this item. */
  readonly bad: number | null
}

export type Tree = Leaf | Node

const treesOf = (leaves: fc.Arbitrary<Leaf>, bad: fc.Arbitrary<number | null>): fc.Arbitrary<Tree> =>
  fc.letrec<{ tree: Tree; part: Tree; parts: readonly Tree[] }>((tie) => ({
    tree: fc.record<Node>({
      kind: fc.constantFrom(...kinds, ...fanIns),
      parts: tie('parts'),
      n: fc.integer({ min: 1, max: 4 }),
      bad,
    }),
    parts: fc.array(tie('part'), { minLength: 1, maxLength: 4, size: 'max' }),
    part: fc.oneof({ maxDepth: 3 }, leaves, tie('tree')),
  })).tree

/** Trees in which only sources fail, and only at their end. */
export const trees = treesOf(leaf, fc.constant(null))

/** Trees in which anything may fail. */
export const faultyTrees = treesOf(faultyLeaf, fc.option(fc.nat(9), { freq: 10, nil: null }).map(rarely))

function rarely(bad: number | null): number | null {
  return bad !== null && bad < 3 ? bad : null
}

interface Built {
  readonly output: unknown
  readonly eager: Eager
}

export function build(tree: Tree, face: Face, account: Account): Built {
  if (tree.kind === 'leaf') return buildLeaf(tree, face.name === 'iter', account)
  const { api } = face
  const { kind, n } = tree
  const takesOne = !/^(chain|roundRobin|merge|zip)/.test(kind)
  const parts = tree.parts.slice(0, takesOne ? 1 : 4).map((part) => build(part, face, account))
  const inputs = parts.map(({ output }) => output as Iterable<number>)
  const eagers = parts.map(({ eager }) => eager)
  const [input] = inputs as [Iterable<number>]
  const [eager] = eagers as [Eager]
  const boom = new Error('a callback threw')
  const checked = <R>(result: (item: number) => R) => {
    return (item: number): R => {
      if (item === tree.bad) throw boom
      return result(item)
    }
  }
  const until = (part: Eager): Eager => untilBad(part, tree.bad, boom)
  const same = checked((item) => item)
  switch (kind) {
    case 'chain':
      return { output: api.chain(inputs), eager: chained(eagers) }
    case 'roundRobin':
      return { output: api.roundRobin(inputs), eager: rotated(eagers) }
    case 'merge': {
      const reverse = n % 2 === 0
      const order = (a: number, b: number): number => (reverse ? b - a : a - b)
      const isSorted = (i: number): boolean => {
        const part = tree.parts[i] as Tree
        return part.kind === 'merge' && (part.n % 2 === 0) === reverse
      }
      const sorted = parts.map((part, i) => (isSorted(i) ? part : sortedPart(part, order, face)))
      const key = tree.bad === null ? {} : { key: same }
      return {
        output: api.merge(
          sorted.map(({ output }) => output as Iterable<number>),
          { reverse, ...key },
        ),
        eager: merged(
          sorted.map((part) => until(part.eager)),
          order,
        ),
      }
    }
    case 'mergeBoundedLateness': {
      const sorted = parts.map((part) => sortedPart(part, (a, b) => a - b, face))
      return {
        output: api.mergeBoundedLateness(
          sorted.map(({ output }) => output as Iterable<number>),
          { lateness: n - 1, time: same },
        ),
        eager: inTime(sorted.map((part) => until(part.eager))),
      }
    }
    case 'zip': {
      const areEqual = eagers.every(({ items }) => items.length === eagers[0]?.items.length)
      const mode = n > 2 ? 'longest' : n === 2 && areEqual ? 'strict' : 'shortest'
      const options: object = mode === 'longest' ? { mode, padding: Array<number>(4).fill(-n) } : { mode }
      const weigh = (tuple: readonly number[]): number =>
        tuple.reduce((sum, item, i) => sum + item * 2 ** i, 0)
      return {
        output: api.map(weigh)(api.zip(inputs, options)),
        eager: zipped(eagers, weigh, mode === 'shortest', -n),
      }
    }
    case 'map':
      return {
        output: api.map(checked((item) => item + n))(input),
        eager: mapped(until(eager), (items) => items.map((item) => item + n)),
      }
    case 'filter':
      return {
        output: api.filter(checked((item) => item % 2 === 0))(input),
        eager: mapped(until(eager), (items) => items.filter((item) => item % 2 === 0)),
      }
    case 'fence':
      return {
        output: api.fence<number>(n)(input),
        eager: eager.items.length >= n ? { items: eager.items.slice(0, n), error: undefined } : eager,
      }
    case 'fork':
      return forked(input, eager, n, face)
    case 'multicast': {
      const copies = n === 4 ? 3 : 2
      return {
        output: api.roundRobin([...api.multicast(input, copies, { maxlen: n })]),
        eager: opened({ ...eager, items: eager.items.flatMap((item) => Array<number>(copies).fill(item)) }),
      }
    }
    case 'tee': {
      if (n % 2 === 0)
        return { output: api.chain([...api.tee(input, 2)]), eager: chained([opened(eager), eager]) }
      const sorted = sortedPart(parts[0] as Built, (a, b) => a - b, face)
      const part = opened(sorted.eager)
      return {
        output: api.merge([...api.tee(sorted.output as Iterable<number>, 2)]),
        eager: merged([part, part], (a, b) => a - b),
      }
    }
  }
}

/** A fork of two stages, and its expected result. */
function forked(input: Iterable<number>, { items, error }: Eager, n: number, face: Face): Built {
  const { api } = face
  const slowly = async (item: number): Promise<number> => {
    if (item % 2 === 0) await new Promise(setImmediate)
    return item
  }
  const plain = api.map((item: number) => item)
  const negative = api.map((item: number) => -item)
  const even = api.filter((item: number) => item % 2 === 0)
  const kinds = [
    [plain, negative],
    [face.name === 'iter' ? plain : api.map(slowly), negative],
    [api.stage<number, number>(delayed), negative],
    [even, api.compose(even, negative)],
  ]
  const sum = api.map(([a, b]: readonly [number, number]) => 2 * a + b)
  const output = api.compose(api.fork(kinds[n - 1] as (typeof kinds)[0] as never), sum as never)(input)
  const held = n === 3 && error !== undefined ? items.slice(0, -1) : items
  return { output, eager: { items: n === 4 ? held.filter((item) => item % 2 === 0) : held, error } }
}

/** Sorts the items; emits them once the last one has arrived. */
function sortedPart({ output, eager }: Built, order: (a: number, b: number) => number, { api }: Face): Built {
  const { flushable, many, none } = api
  const sort = api.stage<number, number>(() => {
    const items: number[] = []
    return flushable(
      (item: number): unknown => {
        items.push(item)
        return none
      },
      () => many(items.sort(order)),
    )
  })
  const items = eager.error === undefined ? [...eager.items].sort(order) : []
  return { output: sort(output as Iterable<number>), eager: { ...eager, items } }
}

const mapped = (eager: Eager, change: (items: readonly number[]) => readonly number[]): Eager => ({
  ...eager,
  items: change(eager.items),
})

/** Behind a hub a source is opened at the first pull, so failing to open is an error like any other. */
const opened = ({ items, error }: Eager): Eager => ({ items, error })

function untilBad(part: Eager, bad: number | null, boom: Error): Eager {
  const at = bad === null ? -1 : part.items.indexOf(bad)
  return at < 0 ? part : { items: part.items.slice(0, at), error: boom }
}

function chained(parts: readonly Eager[]): Eager {
  const failed = parts.findIndex(({ error }) => error !== undefined)
  const met = failed < 0 ? parts : parts.slice(0, failed + 1)
  const { error } = parts[failed] ?? { error: undefined }
  return { items: met.flatMap(({ items }) => items), error, unopened: parts[0]?.unopened === true }
}

/** All inputs are opened at once: if one fails to open, the output fails before it emits anything. */
const unopenedOf = (parts: readonly Eager[]): Eager | undefined =>
  parts.find(({ unopened }) => unopened === true)

function rotated(parts: readonly Eager[]): Eager {
  const unopened = unopenedOf(parts)
  if (unopened !== undefined) return unopened
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

/** Each round looks at the inputs in order, until one has ended, or all have. */
function zipped(
  parts: readonly Eager[],
  weigh: (tuple: readonly number[]) => number,
  isShortest: boolean,
  padding: number,
): Eager {
  const unopened = unopenedOf(parts)
  if (unopened !== undefined) return unopened
  const items: number[] = []
  for (let turn = 0; ; turn++) {
    const over = parts.filter((part) => turn >= part.items.length)
    const [stopping] = over.filter(({ error }) => isShortest || error !== undefined)
    if (stopping !== undefined) return { items, error: stopping.error }
    if (over.length === parts.length) return { items, error: undefined }
    items.push(weigh(parts.map((part) => part.items[turn] ?? padding)))
  }
}

/** An input is pulled again once its last item has been delivered, and may fail then. */
function merged(parts: readonly Eager[], order: (a: number, b: number) => number): Eager {
  const unopened = unopenedOf(parts)
  if (unopened !== undefined) return unopened
  const empty = parts.find(({ items, error }) => items.length === 0 && error !== undefined)
  if (empty !== undefined) return opened(empty)
  const items: number[] = []
  const rest = parts.map((part) => ({ ...part, items: [...part.items] }))
  for (;;) {
    const heads = rest.filter((part) => part.items.length > 0)
    if (heads.length === 0) return { items, error: undefined }
    const first = heads.reduce((a, b) => (order(a.items[0] as number, b.items[0] as number) <= 0 ? a : b))
    items.push(first.items.shift() as number)
    if (first.items.length === 0 && first.error !== undefined) return { items, error: first.error }
  }
}

/** An input's error comes after its items, at the time of its last item. */
function inTime(parts: readonly Eager[]): Eager {
  const unopened = unopenedOf(parts)
  if (unopened !== undefined) return unopened
  const failures = parts.map(({ items, error }, source) => ({
    time: items.at(-1) ?? -Infinity,
    source,
    error,
  }))
  const byTime = (a: { time: number; source: number }, b: { time: number; source: number }): number =>
    a.time === b.time ? a.source - b.source : a.time - b.time
  const [failure] = failures.filter(({ error }) => error !== undefined).sort(byTime)
  const entries = parts
    .flatMap(({ items }, source) => items.map((time) => ({ time, source })))
    .sort(byTime)
    .filter((entry) => failure === undefined || byTime(entry, failure) <= 0)
  return { items: entries.map(({ time }) => time), error: failure?.error }
}
