/** The examples in the doc comments of `fanpipe/nats`. */
import { pipeline } from 'node:stream/promises'
import t from 'tap'
import * as nats from '../../lib/nats.ts'
import { examplesOf, run } from '../instruments/examples.ts'
import { startJetStream } from '../instruments/nats.ts'

const { skip, server, jsm } = await startJetStream(t)
const modules = {
  '@nats-io/transport-node': { connect: () => server.connect() },
  'fanpipe/nats': nats,
  'node:stream/promises': { pipeline },
}

t.test('the examples need a stream with two messages', { skip }, async (t) => {
  await jsm.streams.add({ name: 'orders', subjects: ['orders.>'] })
  for (const item of ['first', 'second']) await jsm.jetstream().publish('orders.new', item)
  t.equal((await jsm.streams.info('orders')).state.messages, 2)
})

for (const file of ['from-jetstream', 'to-jetstream', 'jetstream-multicast']) {
  t.test(`the example in ${file}.ts`, { skip }, async (t) => {
    const examples = examplesOf(`lib/nats/${file}.ts`)
    t.equal(examples.length, 1)
    for (const code of examples) await run(code, modules, {}, (found, wanted) => t.strictSame(found, wanted))
  })
}
