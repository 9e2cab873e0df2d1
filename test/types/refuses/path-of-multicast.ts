// error: a path or bytes cannot be used as a source of items: use lineSource(path) or csvSource(path)
import { multicast } from 'fanpipe'
multicast('a.log', 2)
