// error: is not assignable to type 'string'
import { merge } from 'fanpipe/iter'
merge([[1], [2]], { key: [(item: number) => item, (item: string) => item.length] })
