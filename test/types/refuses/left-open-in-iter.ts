// error: is not assignable to type
import { leaveOpen } from 'fanpipe'
import { chain } from 'fanpipe/iter'
chain([leaveOpen([1])])
