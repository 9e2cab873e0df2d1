/** The example with several processes, some of which are killed. */
import { spawnSync } from 'node:child_process'
import t from 'tap'
import { noNats } from '../instruments/nats.ts'

t.test('when processes and the server are killed, no order is lost', { skip: noNats }, async (t) => {
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
