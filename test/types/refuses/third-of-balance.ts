// error: Property '2' does not exist on type 'BalancedBranches<
import { balance } from 'fanpipe/async'
const [p, q, r] = balance([1], 2)
void [p, q, r]
