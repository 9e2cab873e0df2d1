import fanpipe = require('fanpipe')
import iter = require('fanpipe/iter')
import nats = require('fanpipe/nats')

export const { OverflowError } = fanpipe
export const sorted: Iterable<number> = iter.merge([[1, 3], [2]])
export const { toJetStream } = nats
