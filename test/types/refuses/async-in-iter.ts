// error: is not assignable to
import { chain } from 'fanpipe/iter'
chain([
  (async function* () {
    yield 1
  })(),
])
