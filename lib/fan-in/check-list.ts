import { ArgumentError, show } from '../errors.ts'
import { isSource, sourceAdvice } from '../from/recognise.ts'
import { isObject } from '../kernel/guards.ts'
import type { Recipe } from '../kernel/recipe.ts'
import type { Face } from '../kernel/scope.ts'
import type { Junction } from './junction.ts'

const IN_AN_ARRAY = 'put the inputs in an array'
const EXAMPLE = 'map((path) => lineSource(path))(walkSource(folder))'

/**
 * Throws unless `inputs` can be a list of inputs; returns whether it is an async iterable. Text and bytes can be iterated, but
 * nobody means their characters or numbers as inputs.
 */
export function checkList(
  inputs: unknown,
  { asyncList }: Pick<Junction<never>, 'asyncList'>,
  face: Face,
): boolean {
  const isList = isObject(inputs) && !(inputs instanceof Uint8Array) && !(inputs instanceof String)
  if (isList && hasMethod(inputs, Symbol.iterator)) return false
  // One of our sources, such as lineSource, is a function: it is a single input, and its items are not inputs.
  const isAsync = isList && typeof inputs === 'object' && hasMethod(inputs, Symbol.asyncIterator)
  if (isAsync && asyncList === true && face !== 'iter') return true
  throw notAList(inputs, isAsync ? adviceOnAsync(asyncList, face) : adviceOn(inputs, asyncList, face))
}

/** A stream of bytes is an async iterable too, but its chunks are not inputs. */
export function refuseBytes(list: Recipe<unknown>, inputs: unknown): void {
  if (list.mode === 'bytes') throw notAList(inputs, IN_AN_ARRAY)
}

const hasMethod = (value: object, name: symbol): boolean =>
  typeof (value as Readonly<Record<symbol, unknown>>)[name] === 'function'

function notAList(inputs: unknown, advice: string | undefined): ArgumentError {
  return new ArgumentError('inputs', 'an iterable of inputs', show(inputs), advice)
}

/** Most often the only input was passed without an array around it. */
function adviceOn(inputs: unknown, asyncList: boolean | undefined, face: Face): string | undefined {
  if (!isSource(inputs)) return sourceAdvice(inputs, face)
  // One of our sources, such as walkSource.
  const mayBeList = asyncList === true && hasMethod(inputs as object, Symbol.asyncIterator)
  return mayBeList ? `${IN_AN_ARRAY}; if its items are paths, make inputs of them: ${EXAMPLE}` : IN_AN_ARRAY
}

const adviceOnAsync = (asyncList: boolean | undefined, face: Face): string =>
  asyncList === true && face === 'iter'
    ? 'fanpipe/iter cannot wait for inputs; use fanpipe/async'
    : `only chain and mergeReady take an asynchronous list of inputs; ${IN_AN_ARRAY}`
