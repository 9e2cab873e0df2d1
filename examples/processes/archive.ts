/** `node archive.js SERVER FILE` appends every order to a file. */
import { appendFileSync } from 'node:fs'
import { ordersOf, reach } from './orders.ts'

const [server, file] = process.argv.slice(2) as [string, string]
const nc = await reach(server)
for await (const order of ordersOf(nc).branch('archive', { highWaterMark: 8 }))
  appendFileSync(file, `${order.string()}\n`)
