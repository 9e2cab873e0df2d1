// error: Property '[Symbol.iterator]' is missing in type
import { chain } from 'fanpipe/iter'
async function* lists() {
  yield [1]
}
chain(lists())
