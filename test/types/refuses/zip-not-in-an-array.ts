// error: No overload matches this call
import { zip } from 'fanpipe/async'
zip([1], [2])
