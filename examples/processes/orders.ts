import { connect } from '@nats-io/transport-node'
import { jetStreamMulticast } from 'fanpipe/nats'

/** Connects to a server, and waits for it while it is away. */
export const reach = (servers: string) =>
  connect({ servers, maxReconnectAttempts: -1, reconnectTimeWait: 50, waitOnFirstConnect: true })

/** The multicast of orders to the workers and the archive; every process describes it alike. */
export const ordersOf = (nc: Awaited<ReturnType<typeof reach>>) =>
  jetStreamMulticast(nc, ['work', 'archive'], { stream: 'orders', maxlen: 64 })
