import type { JsMsg } from '@nats-io/jetstream'
import type { Msg } from '@nats-io/transport-node'
import { ArgumentError, show } from '../errors.ts'

/** What is published for an item: text and bytes as they are, the data of a message, and other values as JSON. */
export function payloadOf(item: unknown): string | Uint8Array {
  if (typeof item === 'string' || item instanceof Uint8Array) return item
  if (item instanceof ArrayBuffer) return new Uint8Array(item)
  if (ArrayBuffer.isView(item)) return new Uint8Array(item.buffer, item.byteOffset, item.byteLength)
  if (isMessage(item)) return item.data
  return jsonOf(item)
}

const isMessage = (item: unknown): item is Msg | JsMsg => {
  const { data, subject } = Object(item) as { data?: unknown; subject?: unknown }
  return data instanceof Uint8Array && typeof subject === 'string'
}

function jsonOf(item: unknown): string {
  let problem: unknown
  try {
    const json = JSON.stringify(item) as string | undefined
    if (json !== undefined) return json
  } catch (error) {
    problem = error
  }
  const advice = problem instanceof Error ? problem.message : undefined
  throw new ArgumentError('an item', 'text, bytes or a value with a JSON', show(item), advice)
}
