// error: is not assignable to
import { cast, pipe } from 'fanpipe/iter'
pipe([{ at: 1 }], cast({ at: 'number' }))
