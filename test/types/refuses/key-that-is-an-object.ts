// error: not assignable to type 'PartitionKey'
import { Writable } from 'node:stream'
import { partitionSink } from 'fanpipe'
partitionSink(
  (row: { at: Date }) => row.at,
  () => new Writable(),
)
