import { Readable } from 'node:stream'
import { ArgumentError, merge, multicast, OverflowError, type TypedReadable } from 'fanpipe'
import * as iter from 'fanpipe/iter'
import { merge as mergeAsync } from 'fanpipe/async'
import { fromJetStream, type JetStreamEnd, type JetStreamMulticast } from 'fanpipe/nats'

const sorted: Iterable<number> = iter.merge([[1, 3], [2]])
const asynchronous: AsyncIterable<number> = mergeAsync([[1, 3], [2]])
const [first]: readonly TypedReadable<number>[] = multicast(merge([[1, 3], [2]]), 2)
const untyped: Readable | undefined = first

class Own extends OverflowError {}
const ofAnotherFace: iter.OverflowError = new Own(0, 2, 1)
export const lagOf = (error: unknown): number => (error instanceof OverflowError ? error.lag : 0)

// @ts-expect-error: the types are known, so a key of another type is refused
iter.merge([['a']], { key: (item: number) => item })

const end: JetStreamEnd = { idle: 1 }
export const subjectsOf = (hub: JetStreamMulticast): AsyncIterable<string> =>
  hub.branch(0, { until: end }).map(({ subject }) => subject)
let refused = ''
try {
  fromJetStream({} as never, { stream: 'orders' })
} catch (error) {
  if (error instanceof ArgumentError) refused = error.argument
}

console.log(
  Array.from(sorted).join(),
  lagOf(ofAnotherFace),
  typeof asynchronous,
  untyped instanceof Readable,
  refused,
)
