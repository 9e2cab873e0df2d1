// error: a path or bytes are no source of items: use lineSource(path) or csvSource(path)
import { chain } from 'fanpipe/async'
chain('a.log')
