/** `node producer.js SERVER NAME COUNT` writes so many orders. After a crash it begins again, and the server drops what it knows. */
import { pipeline } from 'node:stream/promises'
import { ordersOf, reach } from './orders.ts'

const [server, name, count] = process.argv.slice(2) as [string, string, string]
const nc = await reach(server)
const orders = Array.from({ length: Number(count) }, (_, i) => `${name}-${i}`)
await pipeline(orders, ordersOf(nc).writable<string>({ msgId: (order) => order }))
await nc.drain()
