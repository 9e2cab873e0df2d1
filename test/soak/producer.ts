/** `producer SERVER BRANCHES NAME COUNT` writes the items `NAME 0`, `NAME 1`, …, and prints each once it is acknowledged. */
import { once } from 'node:events'
import { connectHub } from './hub.ts'

const [server, branches, name, count] = process.argv.slice(2) as [string, string, string, string]
const { nc, hub } = await connectHub(server, Number(branches))
const sink = hub.writable<string>({ msgId: (item) => item })
for (let i = 0; i < Number(count); i++) {
  const item = `${name} ${i}`
  const acknowledged = (error: unknown): void => {
    if (error == null) process.stdout.write(`${item}\n`)
  }
  if (!sink.write(item, acknowledged)) await once(sink, 'drain')
}
sink.end()
await once(sink, 'finish')
await nc.drain()
