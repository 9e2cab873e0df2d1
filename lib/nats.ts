/** Streams between processes, over NATS JetStream. */
export {
  fromJetStream,
  type FromJetStreamOptions,
  type JetStreamEnd,
  type JetStreamStart,
} from './nats/from-jetstream.ts'
export {
  jetStreamMulticast,
  type JetStreamBranchStats,
  type JetStreamMulticast,
  type JetStreamMulticastOptions,
} from './nats/jetstream-multicast.ts'
export type { JetStreamReadOptions } from './nats/jetstream-readable.ts'
export type { JetStreamWriteOptions } from './nats/jetstream-writable.ts'
export { toJetStream, type ToJetStreamOptions } from './nats/to-jetstream.ts'
