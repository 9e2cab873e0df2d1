/** `read-durable SERVER STREAM BODY` prints each item of the durable `reader`, until it is killed; BODY is `slow` or `fast`. */
import { setTimeout } from 'node:timers/promises'
import { connect } from '@nats-io/transport-node'
import { fromJetStream } from '../../lib/nats.ts'

const [servers, stream, body] = process.argv.slice(2) as [string, string, string]
const nc = await connect({ servers })
for await (const message of fromJetStream(nc, { stream, durable: 'reader', highWaterMark: 4 })) {
  process.stdout.write(`${message.string()}\n`)
  if (body === 'slow') await setTimeout(3)
}
