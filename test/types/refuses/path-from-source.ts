// error: a path or bytes are no source of items: use lineSource(path) or csvSource(path)
import { fromSource } from 'fanpipe/iter'
fromSource('a.log')
