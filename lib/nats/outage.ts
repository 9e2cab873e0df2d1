import { setTimeout } from 'node:timers/promises'
import { FanpipeError } from '../errors.ts'
import type { NatsConnection, QueuedIterator, Status } from '@nats-io/transport-node'

/** Why the server refused a request, as the client reports it; undefined if it did not refuse it. */
export const refusal = (error: unknown): number | undefined => {
  const { code } = error as { code?: unknown }
  return typeof code === 'number' ? code : undefined
}

/** The codes of JetStream's API that are of interest here. */
export const codes = {
  temporarilyUnavailable: 10008,
  consumerNotFound: 10014,
  filterNotStored: 10093,
  streamNameInUse: 10058,
  streamNotFound: 10059,
  streamFull: 10077,
} as const

export const isMissing = (error: unknown): boolean => {
  const code = refusal(error)
  return code === codes.consumerNotFound || code === codes.streamNotFound
}

/** Undefined instead of an error that says that a stream or a consumer does not exist. */
export const unlessMissing = <T>(request: Promise<T>): Promise<T | undefined> =>
  request.catch((error: unknown) => {
    if (isMissing(error)) return undefined
    throw error
  })

/** What to do about an error of the client that its message does not say. */
const remedies: Readonly<Record<number, string>> = {
  [codes.consumerNotFound]: 'it was deleted on the server',
  [codes.streamNotFound]: 'create it first',
  [codes.streamFull]: 'delete messages on the server, or raise its limits',
}

const placed = new WeakSet<Error>()

/** Adds to an error's message where it comes from and what to do; our own errors say that already. Returns the same error. */
export function located(error: Error, place: string, remedy = remedies[refusal(error) as number]): Error {
  if (error instanceof FanpipeError || placed.has(error)) return error
  placed.add(error)
  error.message = `${place}: ${error.message}${remedy === undefined ? '' : `; ${remedy}`}`
  return error
}

const passing = ['TimeoutError', 'RequestError', 'JetStreamNotEnabled']

/** Whether an error may pass when a server that was lost has come back. */
export const isOutage = (error: unknown, nc: NatsConnection): boolean =>
  !nc.isClosed() &&
  (refusal(error) === codes.temporarilyUnavailable || passing.includes((error as Error).name))

const LONGEST_PAUSE = 250

/** Waits after an attempt, twice as long as after the one before, up to a quarter of a second; or until the signal aborts. */
export const pause = (attempt: number, signal: AbortSignal): Promise<void> =>
  setTimeout(Math.min(2 ** attempt, LONGEST_PAUSE), undefined, { signal, ref: false }).catch(() => undefined)

/** Calls back whenever the connection is back after it was lost. Returns a function that ends that. */
export function onReconnect(nc: NatsConnection, listener: () => void): () => void {
  const status = nc.status() as QueuedIterator<Status>
  const listen = async (): Promise<void> => {
    for await (const { type } of status) if (type === 'reconnect') listener()
  }
  void listen()
  return () => status.stop()
}
