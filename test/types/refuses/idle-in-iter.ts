// error: 'idle' does not exist in type 'MultilineOptions'
import { multiline } from 'fanpipe/iter'
multiline({ start: /^x/, idle: 5 })
