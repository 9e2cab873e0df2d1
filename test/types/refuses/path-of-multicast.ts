// error: a path or bytes are no source of items: use lineSource(path) or csvSource(path)
import { multicast } from 'fanpipe'
multicast('a.log', 2)
