// error: is not assignable to
import { flatMap } from 'fanpipe/iter'
flatMap(async function* (n: number) {
  yield n
})
