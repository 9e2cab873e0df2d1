// error: not assignable to parameter of type
import { Writable } from 'node:stream'
import { tap } from 'fanpipe/iter'
tap(new Writable())
