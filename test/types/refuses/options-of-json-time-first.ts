// error: is not assignable to parameter of type 'JsonPath'
import { jsonTime } from 'fanpipe/iter'
jsonTime({ zone: 'local' })
