// error: highwatermark
import { chain } from 'fanpipe'
chain([[1]], { highwatermark: 1 })
