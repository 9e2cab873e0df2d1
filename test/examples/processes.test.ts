/** The example of several processes, of which some are killed. */
import { spawnSync } from 'node:child_process'
import t from 'tap'
import { noNats } from '../instruments/nats.ts'

t.test('processes that are killed, and a server that is, lose no order', { skip: noNats }, async (t) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['.build/examples/run.js', 'processes'], {
    encoding: 'utf8',
  })
  t.equal(stderr, '')
  t.equal(status, 0)
  t.equal(
    stdout,
    `orders: 1000 of 4 producers
worked on: 1000
archived: 1000, in the order of each producer
`,
  )
})
