// error: is not assignable to
import { mergeReady } from 'fanpipe'
mergeReady([[1]]).add(['a'])
