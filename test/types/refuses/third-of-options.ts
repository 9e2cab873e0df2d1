// error: Property '2' does not exist on type
import { multicast } from 'fanpipe/async'
const [p, q, r] = multicast([1], [{ maxlen: 1 }, { maxlen: 2 }])
void [p, q, r]
