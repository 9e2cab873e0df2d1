// error: a path or bytes cannot be used as a source of items: use lineSource(path) or csvSource(path)
import { chain } from 'fanpipe/iter'
chain([[1], 'a.log'])
