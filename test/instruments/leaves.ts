/** Sources of every kind, fast or slow, that can fail in various ways, and a record of how each was used. */
import { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import fc from 'fast-check'
import { prematureClose } from '../../lib/errors.ts'

export interface Leaf {
  readonly kind: 'leaf'
  readonly items: readonly number[]
  readonly as: 'iterable' | 'function' | 'async' | 'Readable'
  /** How long each item takes, cycling through these: no time, a microtask, a turn of the event loop, a timer. */
  readonly delays: readonly number[]
  /** How it ends: well, with an error, by failing to open, or, for a Readable, by destroying itself. */
  readonly ends: 'well' | 'with an error' | 'unopened' | 'destroyed'
  readonly closes: 'well' | 'with an error' | 'slowly'
}

/** The expected items, and the error that follows them, if any. */
export interface Eager {
  readonly items: readonly number[]
  readonly error: Error | undefined
  /** Whether it fails when it is opened. */
  readonly unopened?: boolean
}

/** What happened to a source after one opening. */
interface Opening {
  closings: number
  done: boolean
}

/** Keeps track of every source of a tree. */
export class Account {
  readonly openings: Opening[] = []
  readonly streams: { readonly stream: Readable; readonly listeners: number }[] = []

  open(): Opening {
    const opening = { closings: 0, done: false }
    this.openings.push(opening)
    return opening
  }

  get isClosed(): boolean {
    return this.openings.every(({ done }) => done) && this.streams.every(({ stream }) => stream.closed)
  }

  /** Lists what is wrong once everything has finished. */
  faults(): string[] {
    const faults = this.openings
      .filter(({ closings, done }) => closings !== 1 || !done)
      .map(({ closings }) => `a source was closed ${closings} times`)
    for (const { stream, listeners } of this.streams)
      if (listenersOf(stream) > listeners) faults.push('a listener was leaked')
    return faults
  }
}

const listenersOf = (stream: Readable): number =>
  ['readable', 'data', 'end', 'close'].reduce((sum, name) => sum + stream.listenerCount(name), 0)

const mostly = <T extends string>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> =>
  fc.nat(11).chain((n) => (n < 10 ? fc.constant(usual) : fc.constantFrom(...others)))

const anyLeaf = {
  kind: fc.constant('leaf' as const),
  items: fc.array(fc.nat(9), { maxLength: 6, size: 'max' }),
  as: fc.constantFrom('iterable' as const, 'function' as const, 'async' as const, 'Readable' as const),
  delays: fc.array(fc.nat(3), { minLength: 1, maxLength: 4 }),
}

/** Leaves that can only fail with an error at their end. */
export const leaf: fc.Arbitrary<Leaf> = fc.record<Leaf>({
  ...anyLeaf,
  ends: mostly<Leaf['ends']>('well', 'with an error'),
  closes: fc.constant('well'),
})

export const faultyLeaf: fc.Arbitrary<Leaf> = fc.record<Leaf>({
  ...anyLeaf,
  ends: mostly<Leaf['ends']>('well', 'with an error', 'unopened', 'destroyed'),
  closes: mostly<Leaf['closes']>('well', 'with an error', 'slowly'),
})

const delay = async (how: number): Promise<void> => {
  if (how === 1) await undefined
  if (how === 2) await new Promise(setImmediate)
  if (how === 3) await setTimeout(1)
}

export function buildLeaf(given: Leaf, isSync: boolean, account: Account): { output: unknown; eager: Eager } {
  const as = isSync && (given.as === 'async' || given.as === 'Readable') ? 'iterable' : given.as
  const leaf = { ...given, as, ends: possibleEnd(given.ends, as) }
  const { items, ends } = leaf
  const error = ends === 'well' ? undefined : ends === 'destroyed' ? prematureClose() : new Error('broken')
  const sync = { [Symbol.iterator]: () => openSync(leaf, error, account) }
  const made = {
    iterable: () => sync,
    function: () => () => {
      if (ends === 'unopened') throw error as Error
      return sync
    },
    async: () => ({ [Symbol.asyncIterator]: () => openAsync(leaf, error, account) }),
    Readable: () => readable(leaf, error, account),
  }
  return {
    output: made[as](),
    eager: ends === 'unopened' ? { items: [], error, unopened: true } : { items, error },
  }
}

const possibleEnd = (ends: Leaf['ends'], as: Leaf['as']): Leaf['ends'] => {
  if (as === 'Readable') return ends === 'unopened' ? 'with an error' : ends
  return ends === 'destroyed' ? 'with an error' : ends
}

function openSync({ items, ends, closes }: Leaf, error: Error | undefined, account: Account) {
  if (ends === 'unopened') throw error as Error
  const opening = account.open()
  const end = (): void => {
    opening.closings++
    opening.done = true
  }
  let next = 0
  return {
    next(): IteratorResult<number> {
      if (next < items.length && !opening.done) return { done: false, value: items[next++] as number }
      const failed = error !== undefined && !opening.done
      end()
      if (failed) throw error
      return { done: true, value: undefined }
    },
    return(): IteratorResult<number> {
      end()
      if (closes === 'with an error') throw new Error('not closed')
      return { done: true, value: undefined }
    },
  }
}

function openAsync(leaf: Leaf, error: Error | undefined, account: Account) {
  const { closes, delays, items } = leaf
  const iterator = openSync(leaf, error, account)
  const opening = account.openings.at(-1) as Opening
  let [asked, isOver, isUnderWay] = [0, false, false]
  const answer = async (): Promise<IteratorResult<number>> => {
    const last = asked >= items.length
    await delay(delays[asked++ % delays.length] as number)
    // It was closed while this request was pending.
    if (isOver) return { done: true, value: undefined }
    isOver = last
    return iterator.next()
  }
  return {
    next(): Promise<IteratorResult<number>> {
      isUnderWay = true
      const answering = answer()
      const arrived = (): void => void (isUnderWay = false)
      answering.then(arrived, arrived)
      return answering
    },
    async return(): Promise<IteratorResult<number>> {
      // The pending result is the end, but the consumer cannot know that yet.
      if (isUnderWay && isOver && opening.closings === 1) return { done: true, value: undefined }
      isOver = true
      if (closes !== 'slowly') return iterator.return()
      opening.closings++
      await setTimeout(2)
      opening.done = true
      return { done: true, value: undefined }
    },
  }
}

function readable(
  { items, delays, ends, closes }: Leaf,
  error: Error | undefined,
  account: Account,
): Readable {
  const opening = account.open()
  let next = 0
  const stream = new Readable({
    objectMode: true,
    highWaterMark: delays.length,
    async read() {
      await delay(delays[next % delays.length] as number)
      if (next < items.length) this.push(items[next++])
      else if (ends === 'well') this.push(null)
      else this.destroy(ends === 'destroyed' ? undefined : error)
    },
    destroy(fault, done) {
      opening.closings++
      const finish = (): void => {
        opening.done = true
        // Its own failure takes precedence.
        done(
          closes === 'with an error' && fault === null && next < items.length
            ? new Error('not closed')
            : fault,
        )
      }
      if (closes === 'slowly') void setTimeout(2).then(finish)
      else finish()
    },
  })
  account.streams.push({ stream, listeners: listenersOf(stream) })
  return stream
}
