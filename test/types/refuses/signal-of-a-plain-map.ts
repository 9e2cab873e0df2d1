// error: Target signature provides too few arguments
import { map, type MapCall } from 'fanpipe/async'
map(async (n: number, _: number, { signal }: MapCall) => signal.aborted && n)
