import { connect } from '@nats-io/transport-node'
import { jetStreamMulticast } from 'fanpipe/nats'

/** Connects to the server, and waits for it for as long as it is away. */
export const reach = (servers: string) =>
  connect({ servers, maxReconnectAttempts: -1, reconnectTimeWait: 50, waitOnFirstConnect: true })

/** The orders, which are worked on and archived; every process describes them in the same words. */
export const ordersOf = (nc: Awaited<ReturnType<typeof reach>>) =>
  jetStreamMulticast(nc, ['work', 'archive'], { stream: 'orders', maxlen: 64 })
