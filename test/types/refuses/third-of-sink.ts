// error: has no element at index '2'
import { multicastSink } from 'fanpipe'
const [p, q, r] = multicastSink(2).branches
void [p, q, r]
