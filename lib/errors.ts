/** A step on the way from an output down to one of its inputs. */
export interface SourceStep {
  /** Position among the inputs of its junction, from 0. */
  readonly index: number
  /** The name that the junction's `labels` give it, or that the source has by itself. */
  readonly label: string | undefined
}

/** The way to an input, outermost junction first; empty where there is no junction above it. */
export type SourcePath = readonly SourceStep[]

/** Where an error comes from: a source somewhere below an output, and what it calls itself and its items. */
export interface Origin {
  readonly label: string | undefined
  path(): SourcePath
  /** What a message calls the item with this index. */
  item(index: number): string
}

/** `2` and `0` of nested junctions, the first one labelled, read `input 2 (access.log) > 0`. */
function describeSource(path: SourcePath, label?: string): string {
  if (path.length === 0) return label ?? 'the source'
  return (
    'input ' +
    path.map(({ index, label }) => (label === undefined ? `${index}` : `${index} (${label})`)).join(' > ')
  )
}

/** A value as an error message shows it: one line, never long. */
export function show(value: unknown): string {
  if (typeof value === 'string')
    return value.length > 60 ? `${JSON.stringify(value.slice(0, 60))}…` : JSON.stringify(value)
  if (typeof value === 'bigint') return `${value}n`
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : value.toISOString()
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'object' && value !== null) {
    if (value instanceof Error) return String(value)
    return typeof (value as { then?: unknown }).then === 'function' ? 'a promise' : 'an object'
  }
  return String(value)
}

/** An item as an error message shows it: what can be recognised, in one line of at most 80 characters. */
export function showItem(item: unknown): string {
  const text = typeof item === 'object' && item !== null && !(item instanceof Error) ? json(item) : undefined
  if (text === undefined && typeof item !== 'string') return show(item)
  const [whole, cut] = [text ?? (item as string), (text ?? (item as string)).slice(0, 80)]
  return `${text === undefined ? JSON.stringify(cut) : cut}${cut.length < whole.length ? '…' : ''}`
}

/** Undefined where there is none, as of what refers to itself. */
function json(value: object): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

/** The index of an input among those of its own junction. */
const sourceIndex = (path: SourcePath): number => path.at(-1)?.index ?? 0

/** The class of every error of this library; tell them apart by `code`, which never changes. */
export abstract class FanpipeError extends Error {
  abstract readonly code: string
  /** A literal, so that it outlives a minifier that renames classes. */
  abstract override get name(): string
}

/**
 * An argument or option that cannot be used. Thrown at the call, where that can be known by then; what a function of yours
 * returns, or a lazy list of inputs holds, is checked when it comes, and the output fails with it.
 */
export class ArgumentError extends FanpipeError {
  override get name(): string {
    return 'ArgumentError'
  }
  readonly code = 'ERR_FANPIPE_ARGUMENT'
  /** The argument or option, as the caller wrote it: `maxlen`, `inputs[3]`. */
  readonly argument: string
  /** What it takes. */
  readonly expected: string
  /** `given` is what was given, `advice` what to write instead. */
  constructor(argument: string, expected: string, given?: string, advice?: string) {
    super(
      `${argument} must be ${expected}${given === undefined ? '' : `, not ${given}`}${advice === undefined ? '' : `: ${advice}`}`,
    )
    this.argument = argument
    this.expected = expected
  }
}

/** The stages of a fork did not all give equally many outputs. */
export class CardinalityError extends FanpipeError {
  override get name(): string {
    return 'CardinalityError'
  }
  readonly code = 'ERR_FANPIPE_CARDINALITY'
  /** The index of the first output that has no partner, from 0. */
  readonly index: number
  /** The stage that ended. */
  readonly shorter: number
  /** The stage that went on. */
  readonly longer: number
  constructor(index: number, shorter: number, longer: number) {
    super(
      `stage ${shorter} ended before output ${index}, which stage ${longer} gave: the stages of a fork must all give equally many outputs`,
    )
    this.index = index
    this.shorter = shorter
    this.longer = longer
  }
}

/** The fastest consumer would lead the slowest by more than `maxlen`. */
export class OverflowError extends FanpipeError {
  override get name(): string {
    return 'OverflowError'
  }
  readonly code = 'ERR_FANPIPE_OVERFLOW'
  /** The branch, or the stage of a fork, that lags. */
  readonly branch: number
  /** How far it lags behind the fastest. */
  readonly lag: number
  readonly maxlen: number
  constructor(branch: number, lag: number, maxlen: number) {
    super(
      `branch ${branch} is ${lag} behind the fastest, and maxlen allows ${maxlen}: consume the branches in step, or raise maxlen`,
    )
    this.branch = branch
    this.lag = lag
    this.maxlen = maxlen
  }
}

/** Something is wrong with one item of a source. */
abstract class ItemError extends FanpipeError {
  /** The index of the source among its junction's inputs. */
  readonly source: number
  /** The index of the item within its source, from 0. */
  readonly index: number
  constructor(origin: Origin, index: number, message: string, options?: ErrorOptions) {
    const path = origin.path()
    super(`${describeSource(path, origin.label)}${message}`, options)
    this.source = sourceIndex(path)
    this.index = index
  }
}

/** A source of a merge is not sorted. */
export class OrderError extends ItemError {
  override get name(): string {
    return 'OrderError'
  }
  readonly code = 'ERR_FANPIPE_ORDER'
  readonly previousKey: unknown
  readonly key: unknown
  constructor(origin: Origin, index: number, previousKey: unknown, key: unknown, hint: string) {
    super(
      origin,
      index,
      ` is not sorted: ${origin.item(index)} has the key ${show(key)} after ${show(previousKey)}; ${hint}`,
    )
    this.previousKey = previousKey
    this.key = key
  }
}

/** An item came later than its source was allowed to be. */
export class LateError extends ItemError {
  override get name(): string {
    return 'LateError'
  }
  readonly code = 'ERR_FANPIPE_LATE'
  /** How far it lies behind what had come, or gone out, before it. */
  readonly lateness: number
  constructor(origin: Origin, index: number, lateness: number, allowed: number) {
    super(
      origin,
      index,
      `, ${origin.item(index)} is ${lateness} late, and lateness allows ${allowed}: raise lateness, or choose with \`late\` what happens to late items`,
    )
    this.lateness = lateness
  }
}

/** A key or a time that cannot be used: it has no place in the natural order, or comes where it must not. */
export class KeyError extends ItemError {
  override get name(): string {
    return 'KeyError'
  }
  readonly code = 'ERR_FANPIPE_KEY'
  readonly key: unknown
  constructor(origin: Origin, index: number, key: unknown, problem: string) {
    super(origin, index, `, ${origin.item(index)}: ${problem}`)
    this.key = key
  }
}

/** `null` in a Node stream, where it would be the end. */
export class NullItemError extends ItemError {
  override get name(): string {
    return 'NullItemError'
  }
  readonly code = 'ERR_FANPIPE_NULL'
  constructor(origin: Origin, index: number) {
    super(
      origin,
      index,
      `, ${origin.item(index)} is null, which ends a Node stream: map it to something else, or use fanpipe/async`,
    )
  }
}

/** A line, a row or a group is longer than allowed, or there are more different items or pages than allowed. */
export class LimitError extends ItemError {
  override get name(): string {
    return 'LimitError'
  }
  readonly code = 'ERR_FANPIPE_LIMIT'
  readonly limit: number
  /** `what` says which item, too: `line 3: longer than …`. */
  constructor(origin: Origin, index: number, limit: number, what: string) {
    super(origin, index, `, ${what}`)
    this.limit = limit
  }
}

/** Where in a text, from 1, and why. */
export interface FormatErrorOptions extends ErrorOptions {
  line?: number | undefined
  column?: number | undefined
}

/** What was read is malformed: a table, a row, a value, a page, a text in another encoding. */
export class FormatError extends ItemError {
  override get name(): string {
    return 'FormatError'
  }
  readonly code = 'ERR_FANPIPE_FORMAT'
  /** The name of the source, where it has one. */
  readonly label: string | undefined
  /** The line of the text, from 1, where known. */
  readonly line: number | undefined
  /** The position in that line, from 1, where known. */
  readonly column: number | undefined
  /** `what` says which item, too: `item 3: no column "n"`. */
  constructor(origin: Origin, index: number, what: string, options: FormatErrorOptions = {}) {
    super(origin, index, `, ${what}`, options)
    this.label = origin.label
    this.line = options.line
    this.column = options.column
  }
}

/** What went wrong while inputs were closed. */
export class CloseError extends FanpipeError {
  override get name(): string {
    return 'CloseError'
  }
  readonly code = 'ERR_FANPIPE_CLOSE'
  /** What the inputs threw when they were closed. */
  readonly faults: readonly unknown[]
  /** The inputs that had not closed after `closeTimeout`. */
  readonly unclosed: readonly SourcePath[]
  constructor(faults: readonly unknown[], unclosed: readonly SourcePath[]) {
    const parts = [
      ...faults.map(
        (fault) => `a fault while closing: ${fault instanceof Error ? fault.message : show(fault)}`,
      ),
      ...unclosed.map((path) => `${describeSource(path)} did not close in time`),
    ]
    super(parts.join('; '))
    this.faults = faults
    this.unclosed = unclosed
  }
}

/** A primitive thrown by a source, wrapped because a Node stream cannot fail with one; `cause` has it. */
export class SourceError extends FanpipeError {
  override get name(): string {
    return 'SourceError'
  }
  readonly code = 'ERR_FANPIPE_SOURCE'
  readonly source: number
  readonly label: string | undefined
  constructor(path: SourcePath, cause: unknown) {
    super(`${describeSource(path)} failed with ${show(cause)}`, { cause })
    this.source = sourceIndex(path)
    this.label = path.at(-1)?.label
  }
}

/** The error an aborted output fails with, in Node's own form. */
export function abortError(cause: unknown): Error {
  const error = new Error('The operation was aborted', { cause })
  error.name = 'AbortError'
  return Object.assign(error, { code: 'ABORT_ERR' })
}

/**
 * What a part of a pipeline fails with when the pipeline's own signal aborts; why it did is not known there. Where Node joins
 * it with the error that ended the pipeline, which it does by adding that to `errors`, it reads as that error.
 */
export class PipelineAbortError extends Error {
  declare readonly errors: Error[]
  readonly #reason: unknown

  constructor(reason: unknown) {
    super('The operation was aborted')
    this.#reason = reason
    Object.defineProperty(this, 'errors', { value: [] })
  }

  override get name(): string {
    return this.errors[0]?.name ?? 'AbortError'
  }

  get code(): unknown {
    const [error] = this.errors as NodeJS.ErrnoException[]
    return error === undefined ? 'ABORT_ERR' : error.code
  }

  override get cause(): unknown {
    const [error] = this.errors
    return error === undefined ? this.#reason : error.cause
  }
}

/** Node's own error for a stream that closed before it ended. */
export function prematureClose(): Error {
  return Object.assign(new Error('Premature close'), { code: 'ERR_STREAM_PREMATURE_CLOSE' })
}
