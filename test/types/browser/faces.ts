/** The sync and the async face need no Node types. */
import * as a from 'fanpipe/async'
import * as i from 'fanpipe/iter'
import { holds, type Same } from '../same.js'

for (const n of i.merge([[1], [2]], { reverse: true })) holds<Same<typeof n, number>>()
const run = () => fetch('https://example.com').then((response) => response.body)
for await (const chunk of a.chain([run])) holds<Same<typeof chunk extends Uint8Array ? true : false, true>>()
for await (const n of a.pipe(
  [1, 2],
  a.filter((n) => n > 1),
  a.map((n) => `${n}`),
))
  holds<Same<typeof n, string>>()
