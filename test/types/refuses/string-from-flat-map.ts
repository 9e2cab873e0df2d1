// error: is not assignable to
import { flatMap } from 'fanpipe'
flatMap((word: string) => word)
