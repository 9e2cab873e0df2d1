import fanpipe = require('fanpipe')
import iter = require('fanpipe/iter')

export const { OverflowError } = fanpipe
export const sorted: Iterable<number> = iter.merge([[1, 3], [2]])
