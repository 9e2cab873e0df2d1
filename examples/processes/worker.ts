/** `node worker.js SERVER` works on the orders, together with the other workers, and prints each. */
import { setTimeout as sleep } from 'node:timers/promises'
import { ordersOf, reach } from './orders.ts'

const [server] = process.argv.slice(2) as [string]
const nc = await reach(server)
for await (const order of ordersOf(nc).branch('work', { shared: true, highWaterMark: 8, ackWait: 1_000 })) {
  await sleep(1)
  process.stdout.write(`${order.string()}\n`)
}
