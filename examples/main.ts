/** The main job: many logs merged into one, and one table split, chained back and multicast. `npm start [FOLDER]` */
import { join } from 'node:path'
import { makeLogs } from './main/logs.ts'
import { mergeLogs } from './main/merge-logs.ts'
import { splitAirports } from './main/split-airports.ts'

const out = process.argv[2] ?? 'out'
const stop = new AbortController()
for (const event of ['SIGINT', 'SIGTERM'] as const) process.on(event, () => stop.abort())

try {
  const logs = await makeLogs(join(out, 'logs'), stop.signal)
  console.log(await mergeLogs(logs, out, stop.signal))
  console.log(await splitAirports(out, stop.signal))
} catch (error) {
  if (!stop.signal.aborted) throw error
  console.log('Broken off: nothing half-written is left.')
  process.exitCode = 130
}
