// error: a path or bytes cannot be used as a source of items: use lineSource(path) or csvSource(path)
import { zip } from 'fanpipe'
zip([[1], 'a.log'])
