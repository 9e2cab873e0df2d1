// error: is not assignable to parameter of type 'SyncSource<number>'
import { Readable } from 'node:stream'
import { map } from 'fanpipe/iter'
map((n: number) => n)(Readable.from([1]))
