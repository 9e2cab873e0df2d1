// error: is not assignable to parameter of type 'Source<string>'
import { map } from 'fanpipe/async'
map((line: string) => line)('a.log')
