// error: No overload matches this call
import { Readable } from 'node:stream'
import { multicastSink } from 'fanpipe'
multicastSink([Readable.from([])])
