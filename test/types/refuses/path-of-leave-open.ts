// error: a path or bytes cannot be used as a source of items: use lineSource(path) or csvSource(path)
import { leaveOpen } from 'fanpipe'
leaveOpen('a.log')
