/** `read-branch SERVER STREAM BRANCH LAST` prints each item of a branch, up to message LAST. */
import { connect } from '@nats-io/transport-node'
import { jetStreamMulticast } from '../../lib/nats.ts'

const [servers, stream, branch, last] = process.argv.slice(2) as [string, string, string, string]
const nc = await connect({ servers })
const hub = jetStreamMulticast(nc, 2, { stream, maxlen: 8 })
for await (const message of hub.branch(Number(branch), { until: Number(last), highWaterMark: 4 }))
  process.stdout.write(`${message.string()}\n`)
await nc.drain()
