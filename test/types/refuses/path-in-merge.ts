// error: a path or bytes cannot be used as a source of items: use lineSource(path) or csvSource(path)
import { merge } from 'fanpipe'
merge(['a.log'])
