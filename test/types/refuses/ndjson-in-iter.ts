// error: has no exported member
import { ndjsonSource } from 'fanpipe/iter'
ndjsonSource('a.ndjson')
