/** `node producer.js SERVER NAME COUNT` writes COUNT orders. Started again, it writes all of them; the server drops those it has. */
import { pipeline } from 'node:stream/promises'
import { ordersOf, reach } from './orders.ts'

const [server, name, count] = process.argv.slice(2) as [string, string, string]
const nc = await reach(server)
const orders = Array.from({ length: Number(count) }, (_, i) => `${name}-${i}`)
await pipeline(orders, ordersOf(nc).writable<string>({ msgId: (order) => order }))
await nc.drain()
