// error: No overload matches this call
import { chain, map } from 'fanpipe'
map((n: number) => n)(chain([['a']]))
