// error: is not assignable to
import { compose, map } from 'fanpipe/iter'
compose(
  map((n: number) => String(n)),
  map((n: number) => n),
)
