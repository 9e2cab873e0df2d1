// error: Type '"long"' is not assignable to type '"strict" | "shortest" | "longest"'
import { zip } from 'fanpipe/iter'
zip([[1], [2]], { mode: 'long' })
