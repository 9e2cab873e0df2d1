// error: is not assignable to
import { map, pipe } from 'fanpipe'
pipe(
  ['a'],
  map((n: number) => n),
)
