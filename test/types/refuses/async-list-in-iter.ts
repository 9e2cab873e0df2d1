// error: is not assignable to
import { chain } from 'fanpipe/iter'
async function* lists() {
  yield [1]
}
chain(lists())
