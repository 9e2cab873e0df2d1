// error: Property '2' does not exist on type 'JoinableBranches<TypedReadable<number>, 2>'
import { multicast } from 'fanpipe'
const [p, q, r] = multicast([1], 2)
void [p, q, r]
