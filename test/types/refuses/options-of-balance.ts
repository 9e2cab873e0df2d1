// error: 'maxlen' does not exist in type
import { balance } from 'fanpipe/async'
balance([1], 2, { maxlen: 2 })
