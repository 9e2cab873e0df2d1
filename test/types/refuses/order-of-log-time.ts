// error: 'order' does not exist in type 'LogTimeOptions'
import { logTime } from 'fanpipe/iter'
logTime({ order: 'yy/mm/dd' })
