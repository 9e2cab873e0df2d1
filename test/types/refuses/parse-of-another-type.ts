// error: is not assignable to
import { ndjsonSource } from 'fanpipe'
ndjsonSource<{ n: number }>('a.ndjson', { parse: (line) => line.length })
