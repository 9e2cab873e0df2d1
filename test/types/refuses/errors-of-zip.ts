// error: errors
import { zip } from 'fanpipe'
zip([[1], [2]], { errors: 'delay' })
