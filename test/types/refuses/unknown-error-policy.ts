// error: Type '"ignore"' is not assignable to type
import { merge } from 'fanpipe'
merge([[1], [2]], { errors: 'ignore' })
