// error: a path or bytes cannot be used as a source of items: use lineSource(path) or csvSource(path)
import { map, pipe } from 'fanpipe'
pipe(
  'a.log',
  map((line) => line),
)
