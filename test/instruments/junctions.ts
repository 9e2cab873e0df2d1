import type * as async from '../../lib/async.ts'
import type { Stage } from '../../lib/iter.ts'
import { inTurns, turnsOf } from './branches.ts'
import type { Face } from './faces.ts'
import { mergedRecords } from './records.ts'
import { delayed } from './stages.ts'

/** One junction, as one row of the table that every law is checked against, in every face. */
export interface Junction {
  readonly name: string
  /** Builds the output. A fan-out uses the first input only, and its branches are read as one output. */
  build(face: Face, inputs: readonly Iterable<number>[]): unknown
  /** The expected output, computed eagerly over arrays. */
  eager(inputs: readonly (readonly number[])[]): unknown[]
  /** Whether it takes any number of inputs, or one. */
  readonly arity: 'many' | 'one'
  /** Whether the junction has to wait, so that it is missing in the sync face. */
  readonly waits?: true
  /**
   * `'arrival'` where the order depends on timing, so that DTR and M1 do not hold: then the other laws compare the output with every
   * way to interleave the inputs.
   */
  readonly order?: 'arrival'
  /** How many items are emitted before the error that the only input ends with; by default, all of them. */
  beforeError?(input: readonly number[]): number
  /** Whether the output meets the error at the end of input `broken`; by default, it does. */
  meetsError?(inputs: readonly (readonly number[])[], broken: number): boolean
}

const sorted = (inputs: readonly (readonly number[])[]): number[] => inputs.flat().sort((a, b) => a - b)

function rotation(inputs: readonly (readonly number[])[]): number[] {
  const out: number[] = []
  for (let turn = 0; inputs.some((input) => turn < input.length); turn++) {
    for (const input of inputs) if (turn < input.length) out.push(input[turn] as number)
  }
  return out
}

/** Tuples by position; `count` derives their number from the lengths of the inputs. */
const tuples = (
  inputs: readonly (readonly number[])[],
  count: (...lengths: number[]) => number,
  padding: readonly number[] = [],
): unknown[] =>
  Array.from({ length: inputs.length && count(...inputs.map(({ length }) => length)) }, (_, turn) =>
    inputs.map((input, i) => (turn < input.length ? input[turn] : padding[i])),
  )

/** Every third number has no key. */
const keyOrNone = (n: number): number => (n % 3 === 2 ? NaN : n)
/** The option that one of the fan-ins requires. */
const late = (name: string) =>
  (name === 'mergeBoundedLateness' ? { lateness: 2 } : {}) as { lateness: number }

/** The option `readAhead`, in the faces that have it. */
const ahead = ({ name }: Face) => (name === 'iter' ? {} : { readAhead: 2 })

const flat = (inputs: readonly (readonly number[])[]): number[] => inputs.flat()

const first = <T>(inputs: readonly T[]): T => inputs[0] as T

/** Every third item takes one turn of the event loop. */
const slowly = async (n: number): Promise<number> => {
  if (n % 3 === 0) await new Promise(setImmediate)
  return n + 1
}

/** A row for a fork, which emits tuples. */
const forkOf = (
  name: string,
  stages: (face: Face) => readonly Stage<number, unknown>[],
  eager: (input: readonly number[]) => unknown[],
  beforeError: (input: readonly number[]) => number = (input) => eager(input).length,
): Junction => ({
  name: `fork of ${name}`,
  build: (face, inputs) => face.api.fork(stages(face))(first(inputs)),
  eager: (inputs) => eager(first(inputs)),
  arity: 'one',
  beforeError,
})

/** A row for a fan-out whose branches are read at different speeds. */
const fanOut = (
  name: string,
  turns: readonly number[],
  branches: (face: Face, input: Iterable<number>) => readonly Iterable<number>[],
): Junction => ({
  name,
  build: (face, inputs) => inTurns(face, branches(face, first(inputs)), turns),
  eager: (inputs) => turnsOf(first(inputs), turns),
  arity: 'one',
})

/** The API of a face other than the sync one. */
const waiting = ({ api }: Face) => api as unknown as Pick<typeof async, 'balance'> & Face['api']
const balanceTurns = [0, 1, 1, 2]

/** The junctions that a face has. */
export const junctionsOf = ({ name }: Face): readonly Junction[] =>
  junctions.filter(({ waits }) => waits === undefined || name !== 'iter')

export const junctions: readonly Junction[] = [
  {
    name: 'chain',
    build: (face, inputs) => face.api.chain(inputs),
    eager: (inputs) => inputs.flat(),
    arity: 'many',
  },
  {
    name: 'roundRobin',
    build: (face, inputs) => face.api.roundRobin(inputs),
    eager: rotation,
    arity: 'many',
  },
  {
    name: 'merge',
    build: (face, inputs) => face.api.merge(inputs),
    eager: sorted,
    arity: 'many',
  },
  {
    name: 'merge keyless',
    build: (face, inputs) => face.api.merge(inputs, { key: keyOrNone, keyless: 'follow' }),
    eager: (inputs) => mergedRecords(inputs, (n) => Number.isNaN(keyOrNone(n)), keyOrNone),
    arity: 'many',
  },
  ...[undefined, 1, 2].map((maxOpen): Junction => {
    const options = maxOpen === undefined ? {} : { maxOpen }
    return {
      name: `mergeReady${maxOpen === undefined ? '' : ` of ${maxOpen} at once`}`,
      build: (face, inputs) => face.api.mergeReady(inputs, options),
      eager: (inputs) => inputs.flat(),
      arity: 'many',
      order: 'arrival',
    }
  }),
  {
    name: 'mergeBoundedLateness',
    build: (face, inputs) => face.api.mergeBoundedLateness(inputs, late('mergeBoundedLateness')),
    eager: sorted,
    arity: 'many',
  },
  ...(['chain', 'merge', 'mergeReady'] as const).map((name): Junction => ({
    name: `${name}, errors delayed`,
    build: (face, inputs) => (face.api[name] as typeof face.api.chain)(inputs, { errors: 'delay' }),
    eager: (inputs) => (name === 'merge' ? sorted(inputs) : inputs.flat()),
    arity: 'many',
    ...(name === 'mergeReady' && { order: 'arrival' }),
  })),
  ...(['roundRobin', 'mergeBoundedLateness'] as const).map((name): Junction => ({
    name: `${name}, errors reported`,
    build: (face, inputs) => face.api[name](inputs, { errors: () => undefined, ...late(name) }),
    eager: name === 'roundRobin' ? rotation : sorted,
    arity: 'many',
    meetsError: () => false,
  })),
  ...(['chain', 'roundRobin', 'merge', 'mergeReady', 'mergeBoundedLateness'] as const).map(
    (name): Junction => ({
      name: `${name}, read ahead`,
      build: (face, inputs) =>
        (face.api[name] as typeof face.api.mergeBoundedLateness)(inputs, { ...late(name), ...ahead(face) }),
      eager: {
        chain: flat,
        roundRobin: rotation,
        merge: sorted,
        mergeReady: flat,
        mergeBoundedLateness: sorted,
      }[name],
      arity: 'many',
      ...(name === 'mergeReady' && { order: 'arrival' }),
    }),
  ),
  {
    name: 'zip, longest, read ahead',
    build: (face, inputs) => face.api.zip(inputs, { mode: 'longest', ...ahead(face) }),
    eager: (inputs) => tuples(inputs, Math.max),
    arity: 'many',
  },
  {
    name: 'multicast into roundRobin that reads ahead',
    build: (face, inputs) =>
      face.api.roundRobin([...face.api.multicast(first(inputs), 3, { maxlen: 1 })], ahead(face)),
    eager: (inputs) => first(inputs).flatMap((n) => [n, n, n]),
    arity: 'one',
  },
  {
    name: 'mergeBoundedLateness keyless',
    build: (face, inputs) =>
      face.api.mergeBoundedLateness(inputs, { time: keyOrNone, lateness: 2, keyless: 'follow' }),
    eager: (inputs) => mergedRecords(inputs, (n) => Number.isNaN(keyOrNone(n)), keyOrNone),
    arity: 'many',
  },
  {
    name: 'zip, longest',
    build: (face, inputs) => face.api.zip(inputs, { mode: 'longest', padding: [-1, -2] }),
    eager: (inputs) => tuples(inputs, Math.max, [-1, -2]),
    arity: 'many',
  },
  {
    name: 'zip, shortest',
    build: (face, inputs) => face.api.zip(inputs, { mode: 'shortest' }),
    eager: (inputs) => tuples(inputs, Math.min),
    arity: 'many',
    meetsError: (inputs, broken) =>
      inputs.every(({ length }, i) => {
        const { length: turn } = inputs[broken] as readonly number[]
        return length > turn || (length === turn && i >= broken)
      }),
  },
  {
    name: 'multicast into zip',
    build: ({ api }, inputs) => api.zip([...api.multicast(first(inputs), 3, { maxlen: 1 })]),
    eager: (inputs) => first(inputs).map((n) => [n, n, n]),
    arity: 'one',
  },
  {
    name: 'fork',
    build: (face, inputs) =>
      face.api.fork([face.api.map((n: number) => n + 1), face.api.map((n: number) => n * 2)])(first(inputs)),
    eager: (inputs) => first(inputs).map((n) => [n + 1, n * 2]),
    arity: 'one',
  },
  forkOf(
    'one stage an item behind',
    ({ api }) => [api.stage<number, number>(delayed), api.map((n: number) => -n)],
    (input) => input.map((n) => [n, -n]),
    (input) => input.length - 1,
  ),
  forkOf(
    'stages that drop',
    ({ api }) => [
      api.filter((n: number) => n % 2 === 0),
      api.compose(
        api.map((n: number) => n + 1),
        api.filter((n: number) => n % 2 === 1),
      ),
    ],
    (input) => input.filter((n) => n % 2 === 0).map((n) => [n, n + 1]),
  ),
  forkOf(
    'one stage with promises',
    ({ api, name }) => [
      api.map(name === 'iter' ? (n: number) => n + 1 : (slowly as unknown as (n: number) => number)),
      api.map((n: number) => n * 2),
      api.map((n: number) => n),
    ],
    (input) => input.map((n) => [n + 1, n * 2, n]),
  ),
  fanOut('multicast of one', [0], ({ api }, input) => api.multicast(input, 1)),
  fanOut('multicast of two', [0, 0, 1, 1], ({ api }, input) => api.multicast(input, 2, { maxlen: 2 })),
  fanOut(
    'multicast of three, each with its own bound',
    [1, 2, 1, 2, 2, 1, 2, 1, 0, 0, 0, 0],
    ({ api }, input) => api.multicast(input, [{ maxlen: 4 }, { maxlen: 1 }, { maxlen: 1 }]),
  ),
  fanOut('tee of two', [0, 0, 0, 0, 0, 0, 1], ({ api }, input) => api.tee(input, 2)),
  fanOut('tee of three', [2, 1, 0, 2, 2], ({ api }, input) => api.tee(input, 3)),
  {
    name: 'partition into chain',
    build: ({ api }, inputs) => api.chain([...api.partition(first(inputs), 2, (n) => Math.abs(n) % 2)]),
    eager: (inputs) => [0, 1].flatMap((part) => first(inputs).filter((n) => Math.abs(n) % 2 === part)),
    arity: 'one',
    beforeError: (input) => input.filter((n) => n % 2 === 0).length,
  },
  {
    ...fanOut(
      'balance of three',
      balanceTurns,
      (face, input) => waiting(face).balance(input, 3) as unknown as readonly Iterable<number>[],
    ),
    eager: (inputs) => first(inputs).map((n, i) => [balanceTurns[i % balanceTurns.length], n]),
    waits: true,
  },
  {
    name: 'balance into roundRobin',
    build: (face, inputs) =>
      face.api.roundRobin([
        ...(waiting(face).balance(first(inputs), 3) as unknown as readonly Iterable<number>[]),
      ]),
    eager: (inputs) => [...first(inputs)],
    arity: 'one',
    waits: true,
  },
  {
    name: 'multicast into roundRobin',
    build: ({ api }, inputs) => api.roundRobin([...api.multicast(first(inputs), 3, { maxlen: 1 })]),
    eager: (inputs) => first(inputs).flatMap((n) => [n, n, n]),
    arity: 'one',
  },
  {
    name: 'tee into chain',
    build: ({ api }, inputs) => api.chain([...api.tee(first(inputs), 2)]),
    eager: (inputs) => [...first(inputs), ...first(inputs)],
    arity: 'one',
    beforeError: (input) => input.length,
  },
  {
    name: 'map after filter',
    build: (face, inputs) =>
      face.api.compose(
        face.api.filter((n: number) => n % 2 === 0),
        face.api.map((n: number) => -n),
      )(first(inputs)),
    eager: (inputs) =>
      first(inputs)
        .filter((n) => n % 2 === 0)
        .map((n) => -n),
    arity: 'one',
  },
]

/** Whether `got` is what the junction emits for these inputs, or, with `part`, a prefix of that. */
export function gives(
  { eager, order }: Junction,
  inputs: readonly (readonly number[])[],
  got: readonly unknown[],
  part?: 'part',
): boolean {
  const wanted = eager(inputs)
  if (part === undefined && got.length !== wanted.length) return false
  if (order === 'arrival') return interleaves(inputs, got)
  return JSON.stringify(got) === JSON.stringify(wanted.slice(0, got.length))
}

/** Whether the items are some interleaving of prefixes of the inputs. */
export function interleaves(inputs: readonly (readonly unknown[])[], got: readonly unknown[]): boolean {
  const failed = new Set<string>()
  const from = (taken: readonly number[], index: number): boolean => {
    if (index === got.length) return true
    const state = String(taken)
    if (failed.has(state)) return false
    failed.add(state)
    return inputs.some(
      (input, i) =>
        (taken[i] as number) < input.length &&
        input[taken[i] as number] === got[index] &&
        from(
          taken.map((n, j) => (i === j ? n + 1 : n)),
          index + 1,
        ),
    )
  }
  return from(
    inputs.map(() => 0),
    0,
  )
}
