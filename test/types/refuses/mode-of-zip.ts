// error: Type '"long"' is not assignable to type
import { zip } from 'fanpipe/iter'
zip([[1], [2]], { mode: 'long' })
