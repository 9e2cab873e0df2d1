// error: 'zone' does not exist in type 'readonly (string | number)[]'
import { jsonTime } from 'fanpipe/iter'
jsonTime({ zone: 'local' })
