/** Time keys take strings, and can be used as `key` and `time` of junctions. */
import * as f from 'fanpipe'
import * as i from 'fanpipe/iter'
import { holds, type Same } from '../same.js'

type Key = (text: string) => number
const keys = [f.isoTime(), f.epochTime(), f.clfTime(), f.syslogTime(), f.jsonTime(), f.logTime()]
holds<Same<typeof keys, Key[]>>()

for (const line of i.merge([['a'], ['b']], { key: [f.clfTime(), f.syslogTime({ year: 2026 })] }))
  holds<Same<typeof line, string>>()
for await (const line of f.mergeBoundedLateness([['a']], {
  time: f.logTime({ before: new Date() }),
  lateness: 1,
}))
  holds<Same<typeof line, string>>()

const years: f.YearOptions = { before: 0 }
const syslog: f.SyslogOptions = { ...years, zone: 'Europe/Berlin' }
const log: f.LogTimeOptions = { ...syslog, zones: { PDT: '-07:00' } }
const path: f.JsonPath = ['records', 0, 'time']
const json: f.JsonTimeOptions = { zone: 'local', order: 'yy/mm/dd', unit: 'ns' }
void [f.syslogTime(syslog), f.logTime(log), f.jsonTime(path, json), f.jsonTime('time')]
