import type { Face } from './faces.ts'

/** A junction, seen from the laws: one row, and every law holds it to account in every face. */
export interface Junction {
  readonly name: string
  /** The output over several inputs; a fan-out takes the first and gives its first branch's view. */
  build(face: Face, inputs: readonly Iterable<number>[]): unknown
  /** What comes out, eagerly, of arrays. */
  eager(inputs: readonly (readonly number[])[]): unknown[]
  /** How many inputs: any number, or one. */
  readonly arity: 'many' | 'one'
  /** Opens input after input, or all at once. */
  readonly opens: 'in turn' | 'at once'
}

const sorted = (inputs: readonly (readonly number[])[]): number[] => inputs.flat().sort((a, b) => a - b)

function rotation(inputs: readonly (readonly number[])[]): number[] {
  const out: number[] = []
  for (let turn = 0; inputs.some((input) => turn < input.length); turn++) {
    for (const input of inputs) if (turn < input.length) out.push(input[turn] as number)
  }
  return out
}

const first = <T>(inputs: readonly T[]): T => inputs[0] as T

export const junctions: readonly Junction[] = [
  {
    name: 'chain',
    build: (face, inputs) => face.api.chain(inputs),
    eager: (inputs) => inputs.flat(),
    arity: 'many',
    opens: 'in turn',
  },
  {
    name: 'roundRobin',
    build: (face, inputs) => face.api.roundRobin(inputs),
    eager: rotation,
    arity: 'many',
    opens: 'at once',
  },
  {
    name: 'merge',
    build: (face, inputs) => face.api.merge(inputs),
    eager: sorted,
    arity: 'many',
    opens: 'at once',
  },
  {
    name: 'mergeBoundedLateness',
    build: (face, inputs) => face.api.mergeBoundedLateness(inputs, { lateness: 2 }),
    eager: sorted,
    arity: 'many',
    opens: 'at once',
  },
  {
    name: 'fork',
    build: (face, inputs) =>
      face.api.fork([face.api.map((n: number) => n + 1), face.api.map((n: number) => n * 2)])(first(inputs)),
    eager: (inputs) => first(inputs).map((n) => [n + 1, n * 2]),
    arity: 'one',
    opens: 'in turn',
  },
  {
    name: 'multicast',
    build: (face, inputs) => face.api.multicast(first(inputs), 1)[0],
    eager: (inputs) => [...first(inputs)],
    arity: 'one',
    opens: 'in turn',
  },
  {
    name: 'tee',
    build: (face, inputs) => face.api.tee(first(inputs), 1)[0],
    eager: (inputs) => [...first(inputs)],
    arity: 'one',
    opens: 'in turn',
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
    opens: 'in turn',
  },
]
