/** `read-durable SERVER STREAM` prints each item of the durable `reader`, until it is killed. */
import { connect } from '@nats-io/transport-node'
import { fromJetStream } from '../../lib/nats.ts'

const [servers, stream] = process.argv.slice(2) as [string, string]
const nc = await connect({ servers })
for await (const message of fromJetStream(nc, { stream, durable: 'reader', highWaterMark: 4 }))
  process.stdout.write(`${message.string()}\n`)
