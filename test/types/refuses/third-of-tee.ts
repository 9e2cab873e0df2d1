// error: Property '2' does not exist on type 'Branches<IterableIterator<number>, 2>'
import { tee } from 'fanpipe/iter'
const [p, q, r] = tee([1])
void [p, q, r]
