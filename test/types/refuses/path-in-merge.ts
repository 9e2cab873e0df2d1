// error: a path or bytes are no source of items: use lineSource(path) or csvSource(path)
import { merge } from 'fanpipe'
merge(['a.log'])
