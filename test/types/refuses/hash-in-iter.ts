// error: has no exported member
import { sha256WithSize } from 'fanpipe/iter'
sha256WithSize()
