// error: is not assignable to parameter of type
import { Readable } from 'node:stream'
import { pipe, map } from 'fanpipe/iter'
pipe(
  Readable.from([1]),
  map((n) => n),
)
