// error: is not assignable to type
import { multicast } from 'fanpipe'
multicast([1], 2, { overflow: 'explode' })
