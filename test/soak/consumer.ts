/** `consumer SERVER BRANCHES BRANCH…` reads branches until it is killed. Prints each item and acknowledges it later. */
import { setTimeout as sleep } from 'node:timers/promises'
import { connectHub } from './hub.ts'

const [server, branches, ...own] = process.argv.slice(2) as [string, string, ...string[]]
const { hub } = await connectHub(server, Number(branches))

async function read(branch: string): Promise<void> {
  for await (const message of hub.branch(Number(branch), { highWaterMark: 4 })) {
    process.stdout.write(`${branch} ${message.string()}\n`)
    await sleep(1)
  }
}
await Promise.all(own.map(read))
