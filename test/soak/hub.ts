/** Code shared by the processes of the soak test. */
import { connect } from '@nats-io/transport-node'
import { jetStreamMulticast } from '../../lib/nats.ts'

export const MAXLEN = 16
export const STREAM = 'soak'

/** Creates the multicast over a connection that waits while the server is away. */
export async function connectHub(servers: string, branches: number) {
  const nc = await connect({
    servers,
    reconnectTimeWait: 20,
    maxReconnectAttempts: -1,
    waitOnFirstConnect: true,
  })
  return { nc, hub: jetStreamMulticast(nc, branches, { stream: STREAM, maxlen: MAXLEN }) }
}
