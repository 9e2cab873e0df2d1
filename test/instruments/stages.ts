import fc from 'fast-check'
import type * as iter from '../../lib/iter.ts'
import { flushable, many, none } from '../../lib/iter.ts'
import { recordsOf } from './records.ts'

/** One stage, as one row of the table for the tests that every stage has to pass. */
export interface StageRow {
  readonly name: string
  readonly items: fc.Arbitrary<readonly unknown[]>
  build(api: typeof iter): iter.Stage<unknown, unknown>
  /** The expected output, computed eagerly over an array. */
  eager(items: readonly unknown[]): unknown[]
}

/** Types a row by its items. */
function row<A>(
  name: string,
  item: fc.Arbitrary<A>,
  build: (api: typeof iter) => iter.Stage<never, unknown>,
  eager: (items: readonly A[]) => unknown[],
): StageRow {
  return {
    name,
    items: fc.array(item, { maxLength: 12 }),
    build: build as StageRow['build'],
    eager: eager,
  }
}

const digit = fc.nat(9)
const word = fc.constantFrom('ant', 'bee', 'cat', 'dog')
const rows = fc.record({ id: word, n: digit.map(String), on: fc.constantFrom('true', 'false') })

const runs = <A, K>(items: readonly A[], key: (item: A) => K): [K, A[]][] => {
  const out: [K, A[]][] = []
  for (const item of items) {
    const last = out.at(-1)
    if (last !== undefined && last[0] === key(item)) last[1].push(item)
    else out.push([key(item), [item]])
  }
  return out
}

const windows = <A>(items: readonly A[], size: number, step = 1): A[][] =>
  items.flatMap((_, i) => (i % step === 0 && i + size <= items.length ? [items.slice(i, i + size)] : []))

const counts = (items: readonly string[]) =>
  [...new Set(items)].map((item) => ({
    item,
    count: items.filter((other) => other === item).length,
    error: 0,
  }))

const sum = (items: readonly number[]): number => items.reduce((a, b) => a + b, 0)

/** The index of the first item for which the predicate holds, or the length if there is none. */
const indexWhere = <A>(items: readonly A[], holds: (item: A) => boolean): number => {
  const index = items.findIndex(holds)
  return index < 0 ? items.length : index
}

const decade = (n: number): number => n >> 2

/** A step that emits each item when the next one arrives, and the last one at the end. */
export function delayed() {
  let held: unknown = none
  const swap = (item: unknown): unknown => {
    const given = held
    held = item
    return given
  }
  return flushable(swap, () => held)
}

/** A step that emits all lines at the end, since where one block of text ends and the next begins is unspecified. */
function linesAtEnd() {
  let text = ''
  const add = (block: unknown): unknown => {
    text += block as string
    return none
  }
  return flushable(add, () => many(text.split('\n').slice(0, -1)))
}

export const stages: readonly StageRow[] = [
  row(
    'stage',
    digit,
    ({ stage }) => stage(delayed),
    (items) => [...items],
  ),
  row(
    'project',
    rows,
    ({ project }) => project(['n', 'id']),
    (items) => items.map(({ n, id }) => ({ n, id })),
  ),
  row(
    'cast',
    rows,
    ({ cast }) => cast({ n: 'integer', on: 'boolean' }),
    (items) => items.map(({ id, n, on }) => ({ id, n: Number(n), on: on === 'true' })),
  ),
  row(
    'grep',
    word,
    ({ grep }) => grep(/A/gi),
    (items) => items.filter((item) => item.includes('a')),
  ),
  row(
    'multiline',
    word,
    ({ multiline }) => multiline({ start: /[bd]/g }),
    (lines) => recordsOf(lines, (line) => !/[bd]/.test(line)).map((record) => record.join('\n')),
  ),
  row(
    'extensions',
    fc.tuple(word, fc.constantFrom('.a', '.b', '')).map((parts) => parts.join('')),
    ({ extensions }) => extensions(['.b']),
    (items) => items.filter((item) => item.endsWith('.b')),
  ),
  row(
    'slidingWindow',
    digit,
    ({ slidingWindow }) => slidingWindow(3),
    (items) => windows(items, 3),
  ),
  row(
    'slidingWindow with a step',
    digit,
    ({ slidingWindow }) => slidingWindow(2, { step: 3 }),
    (items) => windows(items, 2, 3),
  ),
  row(
    'groupBy',
    digit,
    ({ groupBy }) => groupBy(decade),
    (items) => runs(items, decade),
  ),
  row(
    'ensureContiguous',
    digit,
    ({ compose, ensureContiguous, groupBy, map }) =>
      compose(
        groupBy(decade),
        map(([key, group]: [number, number[]]) => [key, group.length] as const),
        ensureContiguous((pair) => pair),
      ),
    (items) => runs(items, decade).map(([key, group]) => [key, group.length]),
  ),
  row(
    'rollingAverageBy',
    digit,
    ({ rollingAverageBy }) => rollingAverageBy(decade, (n: number) => n, 3),
    (items) =>
      runs(items, decade).flatMap(([key, group]) =>
        windows(group, 3).map((window) => ({ key, average: sum(window) / 3 })),
      ),
  ),
  row(
    'valuesAfter',
    digit,
    ({ valuesAfter }) => valuesAfter(3, decade),
    (items) => runs(items, decade).flatMap(([, group]) => group.slice(2)),
  ),
  row(
    'toLines',
    word,
    ({ compose, stage, toLines }) => compose(toLines(), stage(linesAtEnd)),
    (lines) => [...lines],
  ),
  row(
    'toNdjson',
    rows,
    ({ compose, stage, toNdjson }) => compose(toNdjson(), stage(linesAtEnd)),
    (items) => items.map((item) => JSON.stringify(item)),
  ),
  row(
    'tokenize',
    fc.array(word).map((words) => words.join(', ')),
    ({ tokenize }) => tokenize(),
    (items) => items.map((text) => text.split(', ').filter((token) => token !== '')),
  ),
  row(
    'ngrams',
    fc.array(word),
    ({ ngrams }) => ngrams(2),
    (items) => items.flatMap((tokens) => windows(tokens, 2).map((run) => run.join(' '))),
  ),
  row(
    'topK',
    word,
    ({ topK }) => topK(2),
    (items) =>
      counts(items)
        .sort((a, b) => b.count - a.count)
        .slice(0, 2),
  ),
  row(
    'distinct',
    digit,
    ({ distinct }) => distinct(4),
    (items) => [...new Set(items)].slice(0, 4),
  ),
  row(
    'slice',
    digit,
    ({ slice }) => slice(1, 8, 3),
    (items) => items.slice(1, 8).filter((_, i) => i % 3 === 0),
  ),
  row(
    'accumulate',
    digit,
    ({ accumulate }) => accumulate((a: number, b: number) => a + b),
    (items) => items.map((_, i) => sum(items.slice(0, i + 1))),
  ),
  row(
    'accumulate with an initial value',
    digit,
    ({ accumulate }) => accumulate((a: string, b: number) => a + b, '#'),
    (items) => ['#', ...items.map((_, i) => '#' + items.slice(0, i + 1).join(''))],
  ),
  row(
    'compress',
    digit,
    ({ compress }) => compress([1, 0, 1, 1, 0, 1]),
    (items) => items.filter((_, i) => [0, 2, 3, 5].includes(i)),
  ),
  row(
    'tap',
    digit,
    ({ tap }) => tap(() => undefined),
    (items) => [...items],
  ),
  row(
    'tapPrefix',
    digit,
    ({ tapPrefix }) => tapPrefix(2, () => undefined),
    (items) => [...items],
  ),
  row(
    'take',
    digit,
    ({ take }) => take(3),
    (items) => items.slice(0, 3),
  ),
  row(
    'takeWhile',
    digit,
    ({ takeWhile }) => takeWhile((n: number) => n < 6),
    (items) =>
      items.slice(
        0,
        indexWhere(items, (n) => n >= 6),
      ),
  ),
  row(
    'dropWhile',
    digit,
    ({ dropWhile }) => dropWhile((n: number) => n < 6),
    (items) => items.slice(indexWhere(items, (n) => n >= 6)),
  ),
  row(
    'flatMap',
    digit,
    ({ flatMap }) =>
      flatMap((n: number, index) => (index % 2 === 0 ? Array<number>(n).fill(n) : new Set([n]))),
    (items) => items.flatMap((n, index) => (index % 2 === 0 ? Array<number>(n).fill(n) : [n])),
  ),
  row(
    'chunks',
    digit,
    ({ chunks }) => chunks(3),
    (items) => items.flatMap((_, i) => (i % 3 === 0 ? [items.slice(i, i + 3)] : [])),
  ),
]
