// error: is not assignable to type 'string'
import { merge } from 'fanpipe/iter'
merge([[1]], { key: (item: string) => item })
