// error: a path or bytes are no source of items: use lineSource(path) or csvSource(path)
import { chain } from 'fanpipe/iter'
chain([[1], 'a.log'])
