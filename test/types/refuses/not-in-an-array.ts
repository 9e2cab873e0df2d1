// error: is not assignable to
import { chain } from 'fanpipe'
chain([1], [2])
